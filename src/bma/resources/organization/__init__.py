"""What is managed of the organisation: a table for each kind of object, in the order in which they need each other."""

from bma.resources.organization.assignments import ROLE_ASSIGNMENT_POLICY
from bma.resources.organization.limits import OWA_POLICY, THROTTLING_ASSOCIATION, THROTTLING_POLICY
from bma.resources.organization.mail_flow import ACCEPTED_DOMAIN, REMOTE_DOMAIN, SEND_CONNECTOR
from bma.resources.organization.role_groups import ROLE_GROUP
from bma.resources.organization.roles import MANAGEMENT_ROLE
from bma.resources.organization.rules import TRANSPORT_RULE
from bma.resources.organization.service_limits import IMAP_SETTINGS, TRANSPORT_CONFIG
from bma.resources.organization.site_object import SiteObject

ORGANIZATION: tuple[SiteObject, ...] = (
    ACCEPTED_DOMAIN,
    SEND_CONNECTOR,
    REMOTE_DOMAIN,
    TRANSPORT_RULE,
    MANAGEMENT_ROLE,
    ROLE_ASSIGNMENT_POLICY,
    OWA_POLICY,
    THROTTLING_POLICY,
    THROTTLING_ASSOCIATION,
    ROLE_GROUP,
    IMAP_SETTINGS,
    TRANSPORT_CONFIG,
)

TABLES: dict[str, SiteObject] = {table.key: table for table in ORGANIZATION}

__all__ = ["ORGANIZATION", "TABLES", "SiteObject"]
