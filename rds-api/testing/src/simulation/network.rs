//! The addresses of an instance, private and public.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde_json::{Value as Json, json};

use super::account_state::{AccountState, Simulate};
use super::call::Call;
use crate::refusal::Refusal;
pub(super) use connection::Connection;
use connection::{Kind, Splitting};

mod connection;

/// The simulated operations.
pub(super) const OPERATIONS: &[(&str, Simulate)] = &[
    ("AllocateInstancePublicConnection", AccountState::allocate_public_address),
    ("AllocateReadWriteSplittingConnection", AccountState::allocate_splitting_address),
    ("DescribeDBInstanceConnectivity", AccountState::check_connectivity),
    ("DescribeDBInstanceIpHostname", AccountState::describe_host_names),
    ("DescribeDBInstanceNetInfo", AccountState::list_addresses),
    ("DescribeDBInstanceNetInfoForChannel", AccountState::list_addresses),
    ("ModifyDBInstanceConnectionString", AccountState::change_address),
    ("ModifyDBInstanceNetworkExpireTime", AccountState::prolong_address),
    ("ModifyDBInstanceNetworkType", AccountState::change_network_type),
    ("ModifyReadWriteSplittingConnection", AccountState::change_splitting_address),
    ("ReleaseInstanceConnection", AccountState::release_address),
    ("ReleaseInstancePublicConnection", AccountState::release_address),
    ("ReleaseReadWriteSplittingConnection", AccountState::release_splitting_address),
    ("SwitchDBInstanceNetType", AccountState::switch_net_type),
    ("SwitchDBInstanceVpc", AccountState::change_vpc),
];

impl AccountState {
    fn list_addresses(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.instance(call)?;
        let wanted = call.text("DBInstanceNetRWSplitType");
        let is_wanted = |it: &&Connection| match wanted {
            Some("Normal") => it.splitting.is_none(),
            Some("ReadWriteSplitting") => it.splitting.is_some(),
            _ => true,
        };
        let addresses = instance.connections.iter().filter(is_wanted);
        let addresses = addresses.map(|it| it.to_json(instance, call.now));
        Ok(json!({
            "DBInstanceNetInfos": addresses.collect::<Vec<_>>(),
            "InstanceNetworkType": instance.text("InstanceNetworkType"),
            "SecurityIPMode": instance.text("SecurityIPMode"),
        }))
    }

    /// The full address of a prefix that no other instance has.
    pub(super) fn new_address(&self, prefix: &str, domain: &str) -> Result<String, Refusal> {
        let is_valid = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
        let starts_well = prefix.starts_with(|it: char| it.is_ascii_lowercase());
        if !starts_well || !(5..=64).contains(&prefix.len()) || !prefix.chars().all(is_valid) {
            let message =
                "A prefix has 5 to 64 lower-case letters, digits and hyphens, and begins with a letter.";
            return Err(Refusal::new(400, "InvalidConnectionString.Format", message));
        }
        let string = format!("{prefix}.{domain}.rds.aliyuncs.com");
        if self.instances.values().flat_map(|it| it.all_connections()).any(|it| it.string == string) {
            let message = format!("There is an address {string} already.");
            return Err(Refusal::new(400, "InvalidConnectionString.Duplicate", message));
        }
        Ok(string)
    }

    fn allocate_public_address(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let takes = self.settings.change_duration;
        let domain = self.running(call)?.engine().domain;
        let string = self.new_address(call.text("ConnectionStringPrefix").unwrap_or_default(), domain)?;
        check_port(call)?;
        let number = self.next("address");
        let instance = self.running(call)?;
        if instance.connections.iter().any(|it| it.kind == Kind::Public && it.splitting.is_none()) {
            let message = "The instance has a public address already.";
            return Err(Refusal::new(400, "NetTypeExists", message));
        }
        instance.connections.push(Connection::public(string.clone(), call.owned("Port"), number));
        instance.set("DBInstanceNetType", "Internet");
        instance.change("NET_CREATING", "Running", call.now, takes);
        Ok(json!({ "ConnectionString": string, "DbInstanceName": instance.id }))
    }

    fn change_address(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let takes = self.settings.change_duration;
        let current = call.owned("CurrentConnectionString");
        let domain = self.running(call)?.engine().domain;
        let prefix = call.text("ConnectionStringPrefix").unwrap_or_default();
        // Only the port may change.
        let string = match current.split('.').next() == Some(prefix) {
            true => current.clone(),
            false => self.new_address(prefix, domain)?,
        };
        check_port(call)?;
        let connection = self.address(call, &current)?;
        connection.string = string;
        call.owned("Port").clone_into(&mut connection.port);
        self.running(call)?.change("NET_MODIFYING", "Running", call.now, takes);
        Ok(json!({}))
    }

    fn release_address(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let takes = self.settings.change_duration;
        let current = call.owned("CurrentConnectionString");
        let kind = self.address(call, &current)?.kind;
        if call.operation.name == "ReleaseInstancePublicConnection" && kind != Kind::Public {
            let message = format!("{current} is no public address.");
            return Err(Refusal::new(400, "InvalidConnectionString.Malformed", message));
        }
        let instance = self.running(call)?;
        if instance.connections.len() == 1 {
            let message = "The last address of an instance cannot be released.";
            return Err(Refusal::new(400, "AtLeastOneNetTypeExists", message));
        }
        instance.connections.retain(|it| it.string != current);
        let is_public = instance.connections.iter().any(|it| it.kind == Kind::Public);
        instance.set("DBInstanceNetType", if is_public { "Internet" } else { "Intranet" });
        instance.change("NET_DELETING", "Running", call.now, takes);
        Ok(json!({}))
    }

    /// The address of an instance that a call names.
    fn address(&mut self, call: &Call<'_>, string: &str) -> Result<&mut Connection, Refusal> {
        let found = self.running(call)?.connections.iter_mut().find(|it| it.string == string);
        found.ok_or_else(|| {
            let message = format!("`{string}` is no address of the instance.");
            Refusal::new(404, "InvalidCurrentConnectionString.NotFound", message)
        })
    }

    /// Removes the classic addresses that were to be kept until now.
    pub(super) fn give_up_retained_addresses(&mut self, now: SystemTime) {
        let is_over = |it: &Connection| it.expires.is_some_and(|expires| expires <= now);
        for instance in self.instances.values_mut() {
            if instance.connections.iter().any(is_over) {
                Arc::make_mut(instance).connections.retain(|it| !is_over(it));
            }
        }
    }

    fn prolong_address(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let days = u64::try_from(call.integer("ClassicExpiredDays").unwrap_or(7)).unwrap_or(7);
        let connection = self.address(call, call.text("ConnectionString").unwrap_or_default())?;
        connection.expires = Some(call.now + Duration::from_secs(days.min(365) * 24 * 3600));
        Ok(json!({}))
    }

    fn change_network_type(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let takes = self.settings.change_duration;
        let number = self.next("address");
        let instance = self.running(call)?;
        let days = call.integer("ClassicExpiredDays").and_then(|days| u64::try_from(days).ok()).unwrap_or(7);
        let was_classic = instance.text("InstanceNetworkType") == "Classic";
        if let Some(first) = instance.connections.first_mut() {
            let retained = Connection { kind: Kind::Inner, ..first.clone() };
            first.kind = Kind::Private;
            first.address = match call.text("PrivateIpAddress") {
                Some(address) => address.to_owned(),
                None => format!("172.16.250.{}", number % 250),
            };
            if was_classic && call.is_true("RetainClassic") {
                let expires = Some(call.now + Duration::from_secs(days.min(365) * 24 * 3600));
                let string = format!("classic-{}", retained.string);
                instance.connections.retain(|it| it.string != string);
                instance.connections.push(Connection { string, expires, ..retained });
            }
        }
        instance.set("InstanceNetworkType", "VPC");
        instance.take_properties(call)?;
        instance.change("TRANSING", "Running", call.now, takes);
        Ok(json!({ "ConnectionString": instance.connection_string() }))
    }

    fn change_vpc(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let takes = self.settings.change_duration;
        let instance = self.running(call)?;
        instance.take_properties(call)?;
        instance.change("NET_MODIFYING", "Running", call.now, takes);
        Ok(json!({}))
    }

    fn switch_net_type(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let domain = self.running(call)?.engine().domain;
        let new = self.new_address(call.text("ConnectionStringPrefix").unwrap_or_default(), domain)?;
        let instance = self.running(call)?;
        let old = instance.connection_string();
        if let Some(first) = instance.connections.first_mut() {
            first.string.clone_from(&new);
            first.kind = if first.kind == Kind::Public { Kind::Private } else { Kind::Public };
            let to = if first.kind == Kind::Public { "Internet" } else { "Intranet" };
            if let Some(port) = call.text("Port") {
                port.clone_into(&mut first.port);
            }
            instance.set("DBInstanceNetType", to);
        }
        Ok(json!({ "NewConnectionString": new, "OldConnectionString": old }))
    }

    fn check_connectivity(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.instance(call)?;
        let address = call.text("SourceIpAddress").unwrap_or_default();
        let admits = instance.whitelists.values().any(|whitelist| whitelist.admits(address));
        Ok(match admits {
            true => json!({ "ConnCheckResult": "Success", "DbInstanceName": instance.id }),
            false => json!({
                "ConnCheckResult": "Failed", "DbInstanceName": instance.id,
                "ConnCheckErrorCode": "SRC_IP_NOT_IN_USER_WHITELIST",
                "ConnCheckErrorMessage": format!("Src ip:{address} not in user whitelist"),
            }),
        })
    }

    fn describe_host_names(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.instance(call)?;
        let names = instance.connections.iter().zip(instance.nodes());
        let names: Vec<String> = names.map(|(it, node)| format!("{},rds-{node}", it.address)).collect();
        Ok(json!({ "IpHostnameInfos": names.join(";") }))
    }

    fn allocate_splitting_address(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let takes = self.settings.change_duration;
        let (id, domain) = {
            let instance = self.running(call)?;
            (instance.id.clone(), instance.engine().domain)
        };
        let prefix = call.text("ConnectionStringPrefix").map_or_else(|| format!("{id}rw"), str::to_owned);
        let string = self.new_address(&prefix, domain)?;
        let instance = self.running(call)?;
        if instance.read_only_ids.is_empty() {
            let message = "The instance has no read-only instance to split reads to.";
            return Err(Refusal::new(400, "ReadDBInstance.NotFound", message));
        }
        let kind = if call.text("NetType") == Some("Internet") { Kind::Public } else { Kind::Private };
        let port = call.text("Port").map_or_else(|| instance.port(), str::to_owned);
        let mut connection = Connection { string, port, kind, ..Connection::private(instance) };
        connection.splitting = Some(Splitting {
            distribution: call.text("DistributionType").unwrap_or("Standard").to_owned(),
            max_delay: call.text("MaxDelayTime").unwrap_or("30").to_owned(),
            weight: call.owned("Weight"),
        });
        instance.connections.push(connection);
        instance.change("NET_CREATING", "Running", call.now, takes);
        Ok(json!({}))
    }

    fn splitting_address(&mut self, call: &Call<'_>) -> Result<&mut Connection, Refusal> {
        let found = self.running(call)?.connections.iter_mut().find(|it| it.splitting.is_some());
        found.ok_or_else(|| {
            let message = "The instance has no address that splits reads from writes.";
            Refusal::new(404, "InvalidRwSplitNetType.NotFound", message)
        })
    }

    fn change_splitting_address(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let domain = self.running(call)?.engine().domain;
        let prefix = call.text("ConnectionStringPrefix");
        let string = prefix.map(|prefix| self.new_address(prefix, domain)).transpose()?;
        let connection = self.splitting_address(call)?;
        connection.string = string.unwrap_or_else(|| connection.string.clone());
        if let Some(port) = call.text("Port") {
            port.clone_into(&mut connection.port);
        }
        if let Some(splitting) = &mut connection.splitting {
            for (name, member) in [
                ("DistributionType", &mut splitting.distribution),
                ("MaxDelayTime", &mut splitting.max_delay),
                ("Weight", &mut splitting.weight),
            ] {
                if let Some(text) = call.text(name) {
                    text.clone_into(member);
                }
            }
        }
        Ok(json!({}))
    }

    fn release_splitting_address(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let takes = self.settings.change_duration;
        self.splitting_address(call)?;
        let instance = self.running(call)?;
        instance.connections.retain(|it| it.splitting.is_none());
        instance.change("NET_DELETING", "Running", call.now, takes);
        Ok(json!({}))
    }
}

fn check_port(call: &Call<'_>) -> Result<(), Refusal> {
    match call.integer("Port") {
        Some(1000..=65535) => Ok(()),
        _ => Err(Refusal::new(400, "InvalidPort.Malformed", "A port is a number from 1000 to 65535.")),
    }
}
