//! `rds configure`: a profile with credentials, for `rds` and for the tools of the vendor.

use clap::ValueEnum;

use crate::call::source::{self, Source};
use crate::configuration::Configuration;
use crate::failure::Failure;
use crate::masking::key_id;
use crate::terminal;

/// Make or change a profile in the file of the aliyun tool, ~/.aliyun/config.json, which all tools of the vendor read.
///
/// What is not given as an option is asked for at a terminal, where an empty line keeps what is there. All else in the
/// file stays as it is. The file is written as a whole, and only its owner can read it.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The name of the profile.
    #[arg(long, value_name = "NAME", default_value = "default", value_parser = visible)]
    profile: String,
    /// How the profile comes to its credentials.
    #[arg(long, value_name = "MODE", ignore_case = true)]
    mode: Option<Mode>,
    /// The id of the access key.
    #[arg(long, value_name = "ID", value_parser = visible)]
    access_key_id: Option<String>,
    /// Its secret; @FILE, @-, @env:NAME or @prompt takes it from elsewhere than the command line.
    #[arg(long, value_name = "SECRET", allow_hyphen_values = true)]
    access_key_secret: Option<String>,
    /// The security token of a temporary key (StsToken), in the same forms.
    #[arg(long, value_name = "TOKEN", allow_hyphen_values = true)]
    sts_token: Option<String>,
    /// The role that is taken on (RamRoleArn).
    #[arg(long, value_name = "ARN", value_parser = visible)]
    ram_role_arn: Option<String>,
    /// The name of the session with that role.
    #[arg(long, value_name = "NAME", value_parser = visible)]
    ram_session_name: Option<String>,
    /// The role of the instance that this runs on (EcsRamRole).
    #[arg(long, value_name = "NAME", value_parser = visible)]
    ram_role_name: Option<String>,
    /// The region of the profile.
    #[arg(long, value_name = "ID", value_parser = visible)]
    region: Option<String>,
    /// Use this profile from now on where none is named.
    #[arg(long)]
    current: bool,
}

/// A kind of credentials, as the aliyun tool calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "verbatim")]
enum Mode {
    /// An access key.
    AK,
    /// A temporary key with a security token.
    StsToken,
    /// A role that is taken on with an access key.
    RamRoleArn,
    /// The role of the instance that this runs on.
    EcsRamRole,
}

/// What a profile says: the key in the file, the option, what it is in words, and whether it is secret.
struct Item {
    key: &'static str,
    option: &'static str,
    words: &'static str,
    is_secret: bool,
    is_required: bool,
}

const fn item(key: &'static str, option: &'static str, words: &'static str) -> Item {
    Item { key, option, words, is_secret: false, is_required: true }
}

const KEY_ID: Item = item("access_key_id", "access-key-id", "Access key id");
const KEY_SECRET: Item =
    Item { is_secret: true, ..item("access_key_secret", "access-key-secret", "Access key secret") };
const TOKEN: Item = Item { is_secret: true, ..item("sts_token", "sts-token", "Security token") };
const ROLE: Item = item("ram_role_arn", "ram-role-arn", "ARN of the role");
const SESSION: Item =
    Item { is_required: false, ..item("ram_session_name", "ram-session-name", "Name of the session") };
const INSTANCE_ROLE: Item =
    Item { is_required: false, ..item("ram_role_name", "ram-role-name", "Role of the instance") };
const REGION: Item =
    Item { is_required: false, ..item("region_id", "region", "Region, such as cn-hangzhou") };

impl Mode {
    /// What a profile of this kind says, in the order in which it is asked for.
    fn items(self) -> &'static [Item] {
        match self {
            Self::AK => &[KEY_ID, KEY_SECRET, REGION],
            Self::StsToken => &[KEY_ID, KEY_SECRET, TOKEN, REGION],
            Self::RamRoleArn => &[KEY_ID, KEY_SECRET, ROLE, SESSION, REGION],
            Self::EcsRamRole => &[INSTANCE_ROLE, REGION],
        }
    }

    fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

impl Arguments {
    fn given(&self, item: &Item) -> Option<&str> {
        match item.key {
            "access_key_id" => self.access_key_id.as_deref(),
            "access_key_secret" => self.access_key_secret.as_deref(),
            "sts_token" => self.sts_token.as_deref(),
            "ram_role_arn" => self.ram_role_arn.as_deref(),
            "ram_session_name" => self.ram_session_name.as_deref(),
            "ram_role_name" => self.ram_role_name.as_deref(),
            _ => self.region.as_deref(),
        }
    }
}

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    let configuration = Configuration::read().map_err(Failure::usage)?;
    let profile = arguments.profile.as_str();
    let there = configuration.value(profile, "mode").map(str::to_owned);
    let mode = match (arguments.mode, there) {
        (Some(mode), _) => mode,
        (None, None) => Mode::AK,
        (None, Some(there)) => Mode::from_str(&there, true).map_err(|_| {
            Failure::usage(format!(
                "the mode {there} of profile `{profile}` is one for `aliyun configure`; --mode makes it another"
            ))
        })?,
    };
    let mut keys = vec![("mode", mode.name())];
    let mut missing = Vec::new();
    for item in mode.items() {
        let there = configuration.value(profile, item.key);
        let value = value(item, arguments.given(item), there).map_err(Failure::usage)?;
        match value {
            Some(value) => keys.push((item.key, value)),
            None if item.is_required && there.is_none() => missing.push(format!("--{}", item.option)),
            None => {}
        }
    }
    if !missing.is_empty() {
        return Err(Failure::usage(format!(
            "a profile of mode {} needs {}",
            mode.name(),
            missing.join(", ")
        )));
    }
    if mode != Mode::StsToken && configuration.value(profile, "sts_token").is_some() {
        // That of another key would be sent along with this one.
        keys.push(("sts_token", String::new()));
    }
    configuration.change(profile, keys, arguments.current).map_err(Failure::usage)?;
    terminal::note(&format!(
        "profile `{profile}` stands in {}; `rds whoami --profile {profile}` tells whose it is",
        configuration.path().display()
    ));
    Ok(())
}

/// The value of an item: as it was given, or as a person says who is asked.
fn value(item: &Item, given: Option<&str>, there: Option<&str>) -> Result<Option<String>, String> {
    let value = match given {
        Some(text) if item.is_secret => match Source::parse(text) {
            Some(source) => Some(source.read_for(item.option, true)?),
            None => {
                terminal::note(&format!(
                    "--{} stands on the command line, where other processes and the shell's history see it; @FILE, @-, \
                     @env:NAME and @prompt keep it from there",
                    item.option
                ));
                Some(text.strip_prefix('@').filter(|_| text.starts_with("@@")).unwrap_or(text).to_owned())
            }
        },
        Some(text) => Some(text.to_owned()),
        None if !source::can_ask() => None,
        None if item.is_secret && there.is_some() => None,
        None if item.is_secret => Some(source::ask_secret(item.words)?),
        None => {
            let known = there.map(|there| match item.key {
                "access_key_id" => key_id(there),
                _ => there.to_owned(),
            });
            let known = known.map(|known| format!(" [{known}]")).unwrap_or_default();
            source::ask(&format!("{}{known}", item.words))?
        }
    };
    value.map(|value| visible(value.trim()).map_err(|why| format!("--{}: {why}", item.option))).transpose()
}

/// Refuses what no tool reads: blanks, and characters that are none of ASCII.
fn visible(text: &str) -> Result<String, String> {
    match !text.is_empty() && text.chars().all(|it| it.is_ascii_graphic()) {
        true => Ok(text.to_owned()),
        false => Err("it is empty, or has a blank or a character that is not ASCII in it".to_owned()),
    }
}
