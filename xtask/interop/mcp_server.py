"""The vendor's MCP server as it is, but for where it finds the service, and a MySQL that says what it was asked."""

import builtins
import logging
import sys

# What it prints while it starts would be taken for messages of the protocol.
builtins.print = lambda *_, **__: None

logging.disable()

import pymysql
from alibabacloud_tea_openapi.client import Client

from services import PLAIN, host

original = Client.__init__


def pointed(self, config):
    config.protocol, config.endpoint = "http", host(PLAIN)
    original(self, config)


class Connection:
    """A connection to MySQL whose every query has one row: what was asked, by whom, and where."""

    def __init__(self, **settings):
        self.row = {name: str(settings[name]) for name in ["host", "port", "user", "db"]}

    def cursor(self):
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def execute(self, sql, parameters=None):
        self.row |= {"sql": sql, "parameters": str(parameters)}
        self.description = [(name,) for name in self.row]

    def fetchall(self):
        return [self.row]

    def close(self):
        pass


Client.__init__ = pointed
pymysql.connect = Connection

from alibabacloud_rds_openapi_mcp_server import server

sys.modules["db_service"].test_connect = lambda host, port: True
server.main("rds,rds_custom_all")
