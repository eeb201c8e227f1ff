"""The tables of what is set for all: the limits of the transport, and of the IMAP service of each server."""

from __future__ import annotations

from bma.resources.kinds import Count, Flag, OneOf, Size, Text
from bma.resources.organization.site_object import Fact, Named, SiteObject
from bma.resources.organization.values import Number, Span

TRANSPORT_CONFIG = SiteObject(
    key="transport_config",
    noun="TransportConfig",
    words="transport configuration",
    meaning="The limits of the whole organisation.",
    example=("", {"max_send_size": "35 MB", "max_receive_size": "35 MB"}),
    named=Named.ONLY_ONE,
    creates=False,
    removes=False,
    settings=(
        Fact(
            key="max_send_size",
            wire="MaxSendSize",
            kind=Size(),
            meaning="The largest message that may be sent. What is attached grows by a third on the way.",
        ),
        Fact(
            key="max_receive_size",
            wire="MaxReceiveSize",
            kind=Size(),
            meaning="The largest message that may be received.",
        ),
        Fact(
            key="max_recipients",
            wire="MaxRecipientEnvelopeLimit",
            kind=Count(),
            meaning="How many recipients a message may have.",
        ),
    ),
)

IMAP_SETTINGS = SiteObject(
    key="imap_settings",
    noun="ImapSettings",
    words="IMAP settings",
    meaning="The IMAP service of one server, through which the old content is copied. A change has effect once the"
    " service has been restarted there.",
    example=("EX01", {"max_command_size": 16384, "max_connections_per_user": 32}),
    named=Named.BY_SERVER,
    creates=False,
    removes=False,
    settings=(
        Fact(
            key="login_type",
            wire="LoginType",
            kind=OneOf("PlainTextLogin", "PlainTextAuthentication", "SecureLogin"),
            meaning="How programs log in. `SecureLogin`: within TLS only.",
        ),
        Fact(
            key="max_connections",
            wire="MaxConnections",
            kind=Number(1),
            meaning="How many connections the server takes.",
        ),
        Fact(
            key="max_connections_from_single_ip",
            wire="MaxConnectionFromSingleIP",
            kind=Number(1),
            meaning="How many of them from one address: the copy comes from one machine.",
        ),
        Fact(
            key="max_connections_per_user",
            wire="MaxConnectionsPerUser",
            kind=Number(1),
            meaning="How many of them for one user; Exchange's own 16 leaves too few for a copy that logs in with one"
            " account.",
        ),
        Fact(
            key="max_command_size",
            wire="MaxCommandSize",
            kind=Number(1024, 16384),
            meaning="The longest command, in bytes.",
        ),
        Fact(
            key="authenticated_timeout",
            wire="AuthenticatedConnectionTimeout",
            kind=Span(),
            meaning="After how long an idle connection is closed.",
        ),
        Fact(
            key="suppress_read_receipt",
            wire="SuppressReadReceipt",
            kind=Flag(),
            meaning="Whether senders get a receipt only when the message is opened, and not also whenever a program"
            " fetches it.",
        ),
        Fact(
            key="certificate_name",
            wire="X509CertificateName",
            kind=Text(256),
            meaning="The name in the certificate that the service shows.",
        ),
    ),
)
