"""Shared by the Python programs: makes all calls of the plan, and exits 1 unless the SDK delivered them."""
import json
import os
import pathlib
import sys

HOST = os.environ["HOST"]
WRITE_KEY = os.environ["WRITE_KEY"]
PLAN = pathlib.Path(__file__).resolve().parent.parent / "plan.json"


def deliver(client_class):
    problems = []
    client = client_class(WRITE_KEY, host=HOST, on_error=lambda error, batch: problems.append(error))
    rows = [row for row in json.loads(PLAN.read_text()) for _ in range(row["count"])]
    for i, row in enumerate(rows):
        call(client, row["type"], row["name"], i, {"app": {"name": "Shop", "version": row["app_version"]}})
    client.flush()
    client.join()
    sys.exit("\n".join(map(str, problems)) or 0)


def call(client, kind, name, i, context):
    user = f"u{i}"
    if kind == "identify":
        client.identify(user, {"plan": "pro"}, context=context)
    elif kind == "track":
        client.track(user, name, {"price": i}, context=context)
    elif kind == "page":
        client.page(user, None, name, {"i": i}, context=context)
    elif kind == "screen":
        client.screen(user, None, name, {"i": i}, context=context)
    elif kind == "group":
        client.group(user, f"g{i}", {"size": i}, context=context)
    else:
        client.alias(f"a{i}", user, context=context)
