//! What the service offers: regions and zones, engines with their versions, classes and prices.

use serde_json::{Map, Value as Json, json};

use self::engines::{CATEGORIES, Class, Engine};
use self::regions::{REGIONS, zones};
use super::account_state::{AccountState, Simulate};
use super::call::Call;
use crate::refusal::Refusal;

pub(super) mod engines;
pub(super) mod regions;

/// The simulated operations.
pub(super) const OPERATIONS: &[(&str, Simulate)] = &[
    ("DescribeAvailableClasses", AccountState::list_available_classes),
    ("DescribeAvailableZones", AccountState::list_available_zones),
    ("DescribeCharacterSetName", AccountState::list_character_sets),
    ("DescribeClassDetails", AccountState::describe_class),
    ("DescribeCollationTimeZones", AccountState::list_collation_time_zones),
    ("DescribeDBMiniEngineVersions", AccountState::list_kernel_versions),
    ("DescribeInstanceKeywords", AccountState::list_keywords),
    ("DescribePrice", AccountState::describe_price),
    ("DescribeRegionInfos", AccountState::list_region_infos),
    ("DescribeRegions", AccountState::list_regions),
    ("DescribeRenewalPrice", AccountState::describe_renewal_price),
    ("DescribeVSwitches", AccountState::list_switches),
    ("DescribeVpcs", AccountState::list_networks),
    ("ListClasses", AccountState::list_classes),
];

/// The engine that a call names, in any spelling.
pub(super) fn engine(call: &Call<'_>) -> Result<&'static Engine, Refusal> {
    let name = call.text("Engine").unwrap_or_default();
    Engine::named(name)
        .ok_or_else(|| Refusal::new(400, "InvalidEngine.Malformed", format!("There is no engine `{name}`.")))
}

/// Refuses a version that the engine does not have.
pub(super) fn check_version(engine: &Engine, version: &str) -> Result<(), Refusal> {
    if engine.has_version(version) {
        return Ok(());
    }
    let message =
        format!("{} has no version `{version}`; it has {}.", engine.name, engine.versions.join(", "));
    Err(Refusal::new(400, "InvalidEngineVersion.Malformed", message))
}

/// Refuses a zone that the region does not have.
pub(super) fn check_zone(region: &str, zone: &str) -> Result<(), Refusal> {
    // A zone may stand for several, `cn-hangzhou-MAZ1(b,c)`.
    if zones(region).iter().any(|it| it == zone) || zone.contains("MAZ") {
        return Ok(());
    }
    let message = format!("The region {region} has no zone `{zone}`.");
    Err(Refusal::new(400, "InvalidZoneId.NotSupported", message))
}

/// The class of this name, if the engine has it.
pub(super) fn class(engine: &Engine, code: &str) -> Result<Class, Refusal> {
    engine.class(code).ok_or_else(|| {
        let message = format!("{} has no class `{code}`; `ListClasses` tells which it has.", engine.name);
        Refusal::new(404, "InvalidDBInstanceClass.NotFound", message)
    })
}

fn class_as_json(class: &Class, engine: &Engine) -> Json {
    json!({
        "ClassCode": class.code,
        "ClassGroup": class.group,
        "Cpu": class.cpu,
        "MemoryClass": format!("{}GB", class.memory_mb / 1024),
        "EncryptedMemory": class.memory_mb / 1024,
        "InstructionSetArch": "x86",
        "MaxConnections": class.connections,
        "MaxIOMBPS": format!("{}Mbps", class.bandwidth()),
        "MaxIOPS": class.iops,
        "ReferencePrice": format!("{:.0}", class.monthly_price() * 100.0),
        "category": class.category,
        "Category": class.category,
        "storageType": engine.storage_types[0],
        "DBInstanceStorageType": engine.storage_types[0],
    })
}

/// What a class with this storage costs for a time, in CNY.
fn price(class: &Class, storage: i64, call: &Call<'_>) -> f64 {
    let month = class.monthly_price() + storage as f64;
    let time = match call.text("TimeType").unwrap_or("Hour") {
        "Year" => month * 12.0 * 0.85,
        "Month" => month,
        "Day" => month / 30.0,
        _ => month / 720.0,
    };
    let number = |name: &str| call.integer(name).unwrap_or(1).max(1) as f64;
    (time * number("UsedTime") * number("Quantity") * 100.0).round() / 100.0
}

fn priced(price: f64) -> Json {
    let info = json!({
        "ActivityInfo": {}, "Coupons": [], "Currency": "CNY", "DiscountPrice": 0.0, "OriginalPrice": price,
        "OrderLines": [], "RuleIds": [], "TradePrice": price,
    });
    json!({ "PriceInfo": info, "ServerlessPrice": {}, "Rules": [], "OrderParams": "{\"autoPay\":false}" })
}

impl AccountState {
    fn list_regions(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let is_chinese = call.text("AcceptLanguage") == Some("zh-CN");
        let regions = REGIONS.iter().flat_map(|region| {
            zones(region.id).into_iter().map(move |zone| {
                let letter = zone.rsplit('-').next().unwrap_or_default().to_ascii_uppercase();
                let name = if is_chinese { region.chinese_name } else { region.name };
                json!({
                    "RegionId": region.id,
                    "LocalName": name,
                    "RegionEndpoint": "rds.aliyuncs.com",
                    "ZoneId": zone,
                    "ZoneName": format!("{name} Zone {letter}"),
                })
            })
        });
        call.listed(regions.collect())
    }

    fn list_region_infos(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        call.listed(REGIONS.iter().map(|region| json!({ "RegionId": region.id })).collect())
    }

    fn list_available_zones(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let engine = engine(call)?;
        let versions = engine.versions.iter().filter(|version| call.admits("EngineVersion", version));
        let versions: Vec<Json> = versions
            .map(|version| {
                let categories = CATEGORIES.iter().filter(|it| engine.categories.contains(it));
                let categories = categories.filter(|it| call.admits("Category", it)).map(|category| {
                    let storage: Vec<Json> =
                        engine.storage_types.iter().map(|it| json!({ "StorageType": it })).collect();
                    json!({ "Category": category, "SupportedStorageTypes": storage })
                });
                json!({ "Version": version, "SupportedCategorys": categories.collect::<Vec<_>>() })
            })
            .collect();
        let region = self.region(call);
        let zones = zones(&region).into_iter().filter(|zone| call.admits("ZoneId", zone)).map(|zone| {
            json!({
                "RegionId": region,
                "ZoneId": zone,
                "SupportedEngines": [{ "Engine": engine.name, "SupportedEngineVersions": versions }],
            })
        });
        call.listed(zones.collect())
    }

    fn list_available_classes(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let engine = engine(call)?;
        check_version(engine, call.text("EngineVersion").unwrap_or_default())?;
        let region = self.region(call);
        check_zone(&region, call.text("ZoneId").unwrap_or_default())?;
        let classes = engine.classes().filter(|class| call.admits("Category", class.category));
        let classes = classes.map(|class| {
            let range = json!({ "MinValue": engine.least_storage, "MaxValue": 32_000, "Step": 5 });
            json!({ "DBInstanceClass": class.code, "DBInstanceStorageRange": range })
        });
        call.listed(classes.collect())
    }

    fn list_classes(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let of_instance = call.text("DBInstanceId").and_then(|id| self.instances.get(id));
        let wanted =
            of_instance.map(|it| it.engine.clone()).or_else(|| call.text("Engine").map(str::to_owned));
        let engines = engines::ENGINES.iter().filter(|it| wanted.as_ref().is_none_or(|name| name == it.name));
        let classes = engines.flat_map(|engine| engine.classes().map(|class| class_as_json(&class, engine)));
        let mut response = call.listed(classes.collect())?;
        response["RegionId"] = self.region(call).into();
        Ok(response)
    }

    fn describe_class(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let engine = engine(call)?;
        Ok(class_as_json(&class(engine, call.text("ClassCode").unwrap_or_default())?, engine))
    }

    fn describe_price(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let class = class(engine(call)?, call.text("DBInstanceClass").unwrap_or_default())?;
        let price = price(&class, call.integer("DBInstanceStorage").unwrap_or_default(), call);
        Ok(priced(price))
    }

    fn describe_renewal_price(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.instance(call)?;
        let code =
            call.text("DBInstanceClass").map_or_else(|| instance.text("DBInstanceClass"), str::to_owned);
        let storage = instance.storage();
        Ok(priced(price(&class(instance.engine(), &code)?, storage, call)))
    }

    fn list_character_sets(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let engine = engine(call)?;
        let sets: Vec<Json> = engine.character_sets.iter().map(|name| (*name).into()).collect();
        call.listed(sets)
    }

    fn list_collation_time_zones(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let zones = engines::TIME_ZONES.iter().map(|(zone, offset, description)| {
            json!({ "TimeZone": zone, "StandardTimeOffset": offset, "Description": description })
        });
        call.listed(zones.collect())
    }

    fn list_keywords(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let words = match call.text("Key") {
            Some("account") => engines::RESERVED_ACCOUNTS,
            _ => engines::RESERVED_DATABASES,
        };
        call.listed(words.iter().map(|word| (*word).into()).collect())
    }

    fn list_kernel_versions(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let (engine, version) = match call.text("DBInstanceId") {
            Some(_) => {
                let instance = self.instance(call)?;
                (instance.engine(), instance.engine_version.clone())
            }
            None => (engine(call)?, call.owned("EngineVersion")),
        };
        let versions: Vec<Json> = engine
            .kernel_versions()
            .iter()
            .map(|kernel| {
                json!({
                    "Engine": engine.name,
                    "EngineVersion": version,
                    "MinorVersion": kernel,
                    "CommunityMinorVersion": version,
                    "ExpireStatus": "vaild",
                    "NodeType": call.text("NodeType").unwrap_or("HighAvailability"),
                    "ReleaseType": "LTS",
                    "StatusDesc": "Online",
                    "Tag": if engine.name == "PostgreSQL" { "pgsql_docker_image" } else { "" },
                })
            })
            .collect();
        Ok(json!({
            "TotalCount": versions.len(), "PageNumbers": 1, "MaxRecordsPerPage": versions.len(),
            "MinorVersionItems": versions,
        }))
    }

    fn list_networks(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let region = self.region(call);
        let network = regions::network(&region);
        let created = regions::CREATED;
        let networks = [json!({
            "VpcId": network, "VpcName": "default", "CidrBlock": "172.16.0.0/12", "IsDefault": true,
            "RegionNo": region, "Status": "Available", "AliUid": crate::simulation::ACCOUNT_ID, "Bid": "26842",
            "GmtCreate": created, "GmtModified": created,
            "VSwitchs": zones(&region).iter().map(|zone| switch(zone)).collect::<Vec<_>>(),
        })];
        call.listed(networks.into_iter().filter(|_| call.admits("VpcId", &network)).collect())
    }

    fn list_switches(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let region = self.region(call);
        let zones = zones(&region).into_iter().filter(|zone| call.admits("ZoneId", zone));
        let zones = zones.filter(|_| call.admits("VpcId", &regions::network(&region)));
        call.listed(zones.map(|zone| Json::Object(switch(&zone))).collect())
    }
}

fn switch(zone: &str) -> Map<String, Json> {
    let created = regions::CREATED;
    let number = zone.bytes().last().unwrap_or(b'a') - b'a';
    super::records::record(json!({
        "VSwitchId": regions::switch(zone), "VSwitchName": format!("default-{zone}"), "IzNo": zone,
        "CidrBlock": format!("172.16.{number}.0/24"), "IsDefault": true, "Status": "Available",
        "AvailableIpAddressCount": 252, "GmtCreate": created, "GmtModified": created,
    }))
}
