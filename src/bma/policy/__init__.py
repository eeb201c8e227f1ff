"""What the ministry promises about every box, as a file that is checked before anything is done."""

from bma.policy.naming import BoxFacts
from bma.policy.policy import Policy, load_policy, policy_files, policy_from, require_readable

__all__ = ["BoxFacts", "Policy", "load_policy", "policy_files", "policy_from", "require_readable"]
