"""WSMan and PSRP on the wire: SOAP, faults, shells, HTTP and authentication. Knows nothing of Exchange."""
