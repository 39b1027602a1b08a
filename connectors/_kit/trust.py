"""Trust an organisation's own certificate authorities beside those that everybody trusts."""

import ssl

from app.ports import CA_FILE


def trusting(context: ssl.SSLContext) -> ssl.SSLContext:
    """Return the context, which trusts the authorities of `CA_FILE` as well."""
    file = CA_FILE.get()
    if file is not None:
        context.load_verify_locations(cafile=file)
    return context
