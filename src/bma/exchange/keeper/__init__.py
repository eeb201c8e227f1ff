"""The session keeper: one small process per playbook run that holds the Exchange sessions for all its tasks.

An Ansible worker lives for one task, opening a session costs seconds, and a user may hold few of them. So the first
task that needs Exchange starts a keeper; all later ones talk to it over a private Unix socket; it ends with the
playbook, however the playbook ends.
"""
