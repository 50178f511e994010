"""Segment's retired Python SDK, which takes any answer but 200 for a failure."""
from analytics.client import Client
from plan import deliver

deliver(Client)
