"""The vendor's Ansible modules, which stand on footmark, against the embedded service: a play with a shop's instance.

The play itself says what the modules must conclude: how it is run the first time, and that a second run changes nothing.
The modules ask over plain HTTP, which is all that a proxy needs to be the service.
"""

import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import ansible.modules.cloud.alicloud
from alibabacloud_rds20140815 import models

from services import PLAIN, client_of

service = client_of(PLAIN)
ENVIRONMENT = os.environ | {
    "HTTP_PROXY": PLAIN["endpoint"],
    "ALICLOUD_ACCESS_KEY": PLAIN["access_key_id"],
    "ALICLOUD_SECRET_KEY": PLAIN["access_key_secret"],
    "ALICLOUD_REGION": PLAIN["region"],
    "ANSIBLE_HOME": str(Path("ansible").absolute()),
    "ANSIBLE_LIBRARY": ansible.modules.cloud.alicloud.__path__[0],
    "ANSIBLE_LOCALHOST_WARNING": "False",
    "ANSIBLE_PIPELINING": "True",
    "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
}


def play(part, **variables):
    command = [Path(sys.executable).with_name("ansible-playbook"), "--connection=local", "--inventory=localhost,",
               "--tags", part, "--extra-vars", json.dumps(variables), "ansible_shop.yml"]
    played = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True)
    assert played.returncode == 0, played.stdout + played.stderr


def shop():
    listed = service.describe_dbinstances(models.DescribeDBInstancesRequest(region_id=PLAIN["region"])).body.items
    return [it for it in listed.dbinstance if it.dbinstance_description == "shop"]


def addresses():
    info = service.describe_dbinstance_net_info(models.DescribeDBInstanceNetInfoRequest(dbinstance_id=instance))
    return {it.iptype: (it.connection_string, it.port) for it in info.body.dbinstance_net_infos.dbinstance_net_info}


def tags():
    listed = service.list_tag_resources(models.ListTagResourcesRequest(
        region_id=PLAIN["region"], resource_type="INSTANCE", resource_id=[instance]))
    return {it.tag_key: it.tag_value for it in listed.body.tag_resources.tag_resource}


def changes():
    """How many changes the service has seen."""
    with urllib.request.urlopen(PLAIN["endpoint"] + "/testing/journal") as answer:
        return int(answer.headers["X-Total-Count"])


def back_up():
    """A backup, which the module of it begins and then takes for unfinished: it waits for another spelling."""
    service.create_backup(models.CreateBackupRequest(dbinstance_id=instance))
    for _ in range(100):
        [*made] = service.describe_backups(models.DescribeBackupsRequest(dbinstance_id=instance)).body.items.backup
        if made:
            return made[0].backup_id
        time.sleep(0.1)
    raise AssertionError("the backup does not end")


play("present", exists=False)
[created] = shop()
instance = created.dbinstance_id
assert tags() == {"team": "shop", "stage": "test"}
before = changes()
play("present", exists=True)
assert changes() == before

play("changed", exists=True, backup=back_up())
assert addresses()["Public"] == ("shop-public.mysql.rds.aliyuncs.com", "3307"), addresses()
assert tags() == {"team": "shop"}
play("absent", exists=True, id=instance)
assert not shop()
