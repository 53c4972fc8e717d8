"""`rds mcp` as agents use it: by the official Python client, over both transports, and by the inspector's command line.

Each chapter says what has come of it, and the script fails where that is something else.
"""

import asyncio
import contextlib
import json
import logging
import os
import shutil
import subprocess
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

from mcp import ClientSession, StdioServerParameters, types
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamablehttp_client

from services import INSTANCE, PLAIN, advance, received

RDS = os.environ["RDS_PROGRAM"]
TOKEN = "a-token-of-the-proof"
# The client wonders at a status that the protocol allows.
logging.disable(logging.WARNING)
KEYS = {
    "ALIBABA_CLOUD_ACCESS_KEY_ID": PLAIN["access_key_id"],
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": PLAIN["access_key_secret"],
    "ALIBABA_CLOUD_REGION_ID": PLAIN["region"],
}
# The inspector keeps at home what it remembers.
ENVIRONMENT = os.environ | KEYS | {"RDS_MCP_TOKEN": TOKEN, "HOME": os.path.abspath("home")}
os.makedirs(ENVIRONMENT["HOME"], exist_ok=True)
READS = ["mcp", "--endpoint", PLAIN["endpoint"]]
WRITES = READS + ["--allow-writes"]
FOLDER = os.path.abspath("downloads")
# An earlier run has left files in it.
shutil.rmtree(FOLDER, ignore_errors=True)
os.makedirs(FOLDER)
DOWNLOADS = READS + ["--download-folder", FOLDER]
BACKUP = {"operation": "CreateBackup", "parameters": {"DBInstanceId": INSTANCE}}


class User:
    """Who is asked before something is changed."""

    def __init__(self):
        self.questions, self.answer = [], types.ElicitResult(action="decline")

    async def __call__(self, _, params):
        self.questions.append(params.message)
        return self.answer


@contextlib.asynccontextmanager
async def stdio(arguments, user=None):
    server = StdioServerParameters(command=RDS, args=arguments, env=ENVIRONMENT)
    async with stdio_client(server) as (read, write), ClientSession(read, write, elicitation_callback=user) as session:
        yield session, await session.initialize()


async def call(session, tool, progress=None, **arguments):
    result = await session.call_tool(tool, arguments, progress_callback=progress)
    assert json.loads(result.content[0].text) == result.structuredContent, result
    return result.isError, result.structuredContent


async def done(session, tool, progress=None, **arguments):
    is_error, said = await call(session, tool, progress, **arguments)
    assert not is_error, said
    return said


async def refused(session, tool, **arguments):
    is_error, said = await call(session, tool, **arguments)
    assert is_error, said
    return said


def looks():
    """How often was looked whether the backup is done."""
    with urllib.request.urlopen(PLAIN["endpoint"] + "/testing/requests") as answer:
        return sum(it["Operation"] == "DescribeBackupTasks" for it in json.load(answer))


async def find_describe_and_call(session, hello):
    assert (hello.serverInfo.name, hello.protocolVersion) == ("rds", types.LATEST_PROTOCOL_VERSION), hello
    tools = {it.name: it for it in (await session.list_tools()).tools}
    assert set(tools) == {"search_operations", "describe_operation", "call_operation", "wait_for_operation"}, tools
    assert all(it.annotations.readOnlyHint for it in tools.values())
    found = await done(session, "search_operations", question="list instances")
    assert found["operations"][0]["name"] == "DescribeDBInstances", found
    described = await done(session, "describe_operation", operation="DescribeDBInstances")
    assert described["parameters"]["properties"]["PageSize"]["type"] == "integer", described
    listed = await done(
        session, "call_operation", operation="DescribeDBInstances", parameters={"PageSize": 30},
        query="[length(Items.DBInstance), TotalRecordCount]")
    assert listed["result"] == [30, 35] and listed["next_page"] == {"PageNumber": 2}, listed
    rest = await done(
        session, "call_operation", operation="DescribeDBInstances", parameters={"PageSize": 30} | listed["next_page"])
    assert len(rest["response"]["Items"]["DBInstance"]) == 5 and "next_page" not in rest, rest
    missing = await refused(
        session, "call_operation", operation="DescribeBackupTasks", parameters={"DBInstanceId": "rm-nothing"})
    assert (missing["class"], missing["code"]) == ("NotFound", "InvalidDBInstanceName.NotFound"), missing
    write = await refused(session, "call_operation", **BACKUP)
    assert write["kind"] == "ReadOnly" and "--allow-writes" in write["next"], write
    template = (await session.list_resource_templates()).resourceTemplates[0]
    assert template.uriTemplate == "rds://operation/{name}"
    read = await session.read_resource(template.uriTemplate.format(name="CreateBackup"))
    assert json.loads(read.contents[0].text)["access"] == "write"
    prompt = await session.get_prompt("investigate_slow_instance", {"instance": INSTANCE})
    assert INSTANCE in prompt.messages[0].content.text
    print("the Python client finds, describes and calls; a write is refused by a server that reads")


async def write_once_agreed(session, user):
    described = {"DBInstanceId": INSTANCE, "DBInstanceDescription": "described by an agent"}
    write = {"operation": "ModifyDBInstanceDescription", "parameters": described}
    declined = await refused(session, "write_operation", **write)
    assert declined["kind"] == "NotConfirmed" and "declined" in declined["error"], declined
    user.answer = types.ElicitResult(action="accept", content={"confirm": True})
    await done(session, "write_operation", **write)
    assert received("ModifyDBInstanceDescription")["DBInstanceDescription"] == "described by an agent"
    assert len(user.questions) == 2 and '"described by an agent"' in user.questions[1], user.questions
    print("a write is made once the user has agreed, and not before")


async def wait_with_progress_and_cancel(session):
    job = (await done(session, "write_operation", **BACKUP))["response"]["BackupJobId"]
    wait = {
        "operation": "DescribeBackupTasks",
        "parameters": {"DBInstanceId": INSTANCE, "BackupJobId": job},
        "every_seconds": 0.2,
    }
    told, begun = [], asyncio.Event()

    async def tell(progress, _, message):
        told.append((progress, message))
        begun.set()

    waiting = asyncio.create_task(done(session, "wait_for_operation", tell, **wait))
    await asyncio.wait_for(begun.wait(), 30)
    # The client has no call for this: the protocol has it tell the number of the request.
    cancelled = types.CancelledNotificationParams(requestId=session._request_id - 1, reason="enough")
    notification = types.CancelledNotification(method="notifications/cancelled", params=cancelled)
    await session.send_notification(types.ClientNotification(notification))
    await session.send_ping()
    await asyncio.sleep(0.3)
    before = looks()
    await asyncio.sleep(0.7)
    assert looks() == before and not waiting.done(), "the wait goes on"
    waiting.cancel()
    print("a wait that is cancelled stops to look")

    told.clear()
    begun.clear()
    waiting = asyncio.create_task(done(session, "wait_for_operation", tell, **wait))
    await asyncio.wait_for(begun.wait(), 30)
    advance(60)
    said = await asyncio.wait_for(waiting, 30)
    assert said["done"] and said["state"] == "Finished" and said["looks"] == len(told), said
    assert [it for it, _ in told] == list(range(1, len(told) + 1)) and "Finished" in told[-1][1], told
    print(f"a wait is told of {len(told)} times until it is done")


async def follow_a_write(session):
    made = await done(session, "write_operation", **BACKUP)
    to_wait = made["to_wait"]
    assert to_wait == BACKUP | {"response": {"BackupJobId": made["response"]["BackupJobId"]}}, made
    described = await done(session, "describe_operation", operation="CreateBackup")
    assert (described["follows"]["operation"], described["follows"]["waiter"]) == ("DescribeBackupTasks", "finished")
    advance(60)
    said = await done(session, "wait_for_operation", **to_wait, every_seconds=0.2)
    assert said["done"] and (said["state"], said["percent"]) == ("Finished", 100), said
    print("what a write began is waited for by what its result says")


async def download_once_agreed(session, user):
    tools = {it.name: it for it in (await session.list_tools()).tools}
    assert not tools["download_file"].annotations.readOnlyHint, tools
    wanted, path = {"instance": INSTANCE, "name": "newest.xb"}, os.path.join(FOLDER, "newest.xb")
    declined = await refused(session, "download_file", **wanted)
    assert declined["kind"] == "NotConfirmed" and not os.listdir(FOLDER), declined
    user.answer, told = types.ElicitResult(action="accept", content={"confirm": True}), []

    async def tell(progress, total, _):
        told.append((progress, total))

    said = await done(session, "download_file", tell, **wanted)
    assert (said["path"], said["bytes"]) == (os.path.realpath(path), os.path.getsize(path)), said
    assert said["checked_against_the_service"] == "size, checksum" and told[-1] == (said["bytes"],) * 2, (said, told)
    assert "newest.xb" in user.questions[0], user.questions
    for name in ["newest.xb", "../newest.xb", "/tmp/newest.xb"]:
        await refused(session, "download_file", instance=INSTANCE, name=name)
    assert os.listdir(FOLDER) == ["newest.xb"] and len(user.questions) == 2, os.listdir(FOLDER)
    print("a backup becomes a file once the user has agreed, in the folder that was named and nowhere else")


async def over_http(url):
    async with streamablehttp_client(url, headers={"Authorization": f"Bearer {TOKEN}"}) as (read, write, _):
        async with ClientSession(read, write) as session:
            await session.initialize()
            found = await done(session, "search_operations", question="cpu usage", limit=3)
            assert "DescribeDBInstancePerformance" in [it["name"] for it in found["operations"]], found
            await done(session, "call_operation", operation="DescribeRegions")
    try:
        urllib.request.urlopen(urllib.request.Request(url, data=b"{}", headers={"Authorization": "Bearer wrong"}))
        raise AssertionError("whoever has no token is let in")
    except urllib.error.HTTPError as error:
        assert error.code == 401, error
    print("the Python client is served over HTTP with the token, and not without")


def inspect(*arguments):
    """What the inspector's command line says of a server, and its exit code."""
    command = ["node_modules/.bin/mcp-inspector", "--cli", *arguments]
    finished = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=120)
    return finished.returncode, finished.stdout, finished.stderr


def tool(name, arguments):
    return ["--method", "tools/call", "--tool-name", name, "--tool-args-json", json.dumps(arguments)]


def by_inspector(url):
    # It hands on no variables but those that it is given.
    keys = [part for name, value in KEYS.items() for part in ["-e", f"{name}={value}"]]
    reads, modern = [*keys, RDS, *READS], ["--protocol-era", "modern", "--format", "json"]
    header = ["--transport", "http", "--server-url", url, "--header", f"Authorization: Bearer {TOKEN}"]
    instances = tool("call_operation", {"operation": "DescribeDBInstances", "query": "TotalRecordCount"})
    runs = {
        "schemas": [*reads, "--method", "tools/list", "--strict"],
        "search": [*reads, *modern, *tool("search_operations", {"question": "reboot"})],
        "call": [*reads, *modern, *instances],
        "write": [*reads, *modern, *tool("call_operation", BACKUP)],
        "http": [*header, "--format", "json", *instances],
        "download": [
            *keys, RDS, *DOWNLOADS, *modern, *tool("download_file", {"instance": INSTANCE, "name": "inspected.xb"})],
        "prompts": [*reads, "--method", "prompts/list", "--format", "json"],
    }
    with ThreadPoolExecutor(3) as pool:
        said = dict(zip(runs, pool.map(lambda run: inspect(*run), runs.values())))
    code, output, errors = said["schemas"]
    assert code == 0 and not errors and "call_operation" in output, said["schemas"]
    for run in ["search", "call", "write", "http", "download"]:
        code, output, errors = said[run]
        result = json.loads(output)
        result = result.get("result", result)
        said[run] = result.get("structuredContent"), result.get("isError")
    assert said["search"][0]["operations"][0]["name"] == "RestartDBInstance", said["search"]
    assert [said[run][0]["result"] for run in ["call", "http"]] == [35, 35], said
    assert said["write"][1] and said["write"][0]["kind"] == "ReadOnly", said["write"]
    assert said["download"][0]["path"] == os.path.join(os.path.realpath(FOLDER), "inspected.xb"), said["download"]
    assert "investigate_slow_instance" in said["prompts"][1], said["prompts"]
    print("the inspector finds no fault with the schemas, and calls over stdio and HTTP, by the protocol of 2026-07-28 too")


@contextlib.contextmanager
def http_server():
    server = subprocess.Popen([RDS, *READS, "--http", "0"], env=ENVIRONMENT, stderr=subprocess.PIPE, text=True)
    try:
        yield server.stderr.readline().split()[-1]
    finally:
        server.terminate()
        assert server.wait(30) == 0


async def main():
    async with stdio(READS) as (session, hello):
        await find_describe_and_call(session, hello)
    user = User()
    async with stdio(WRITES, user) as (session, _):
        await write_once_agreed(session, user)
        await wait_with_progress_and_cancel(session)
        await follow_a_write(session)
    user = User()
    async with stdio(DOWNLOADS, user) as (session, _):
        await download_once_agreed(session, user)
    with http_server() as url:
        await over_http(url)
        by_inspector(url)


asyncio.run(main())
