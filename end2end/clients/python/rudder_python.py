"""RudderStack's Python SDK, which sends gzip."""
from plan import deliver
from rudderstack.analytics.client import Client

deliver(Client)
