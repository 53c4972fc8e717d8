//! The options that make the client: whom to call, and how.

use std::time::Duration;

use clap_complete::ArgValueCandidates;
use rds_api::credentials::{CliProfile, DefaultChain};
use rds_api::{Client, ClientBuilder, Endpoint, Network, Regions};
use rds_api_core::text;
use rds_api_testing::FakeService;

use crate::completions;
use crate::failure::Failure;
use crate::signature::Signature;
use crate::{rust_program, seed, terminal};

/// Settings of the client.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Connection")]
pub(crate) struct Connection {
    /// Call an embedded service instead, started for this one command. It needs no account and is gone
    /// afterwards. It begins with the instance rm-fake0000000000001, a running MySQL 8.0 with the database
    /// `orders`, the account `app` and one finished backup.
    #[arg(long)]
    pub(crate) fake: bool,
    /// The region [default: that of the profile]. `rds call` also takes several, with commas between them, and `all`.
    #[arg(long, value_name = "ID", env = "ALIBABA_CLOUD_REGION_ID", hide_env_values = true, value_parser = unquoted, add = ArgValueCandidates::new(completions::regions))]
    pub(crate) region: Option<String>,
    /// The profile of `aliyun configure` with the credentials. Without it they are looked for where the
    /// official tools look: environment variables, OIDC, the current profile (or that of ALIBABACLOUD_PROFILE,
    /// ALIBABA_CLOUD_PROFILE or ALICLOUD_PROFILE), an ini file, instance metadata. `rds whoami` tells.
    #[arg(long, value_name = "NAME", conflicts_with = "fake", add = ArgValueCandidates::new(completions::profiles))]
    pub(crate) profile: Option<String>,
    /// The endpoint of the service, instead of the region's address; with http:// only on this machine.
    #[arg(long, value_name = "URL", env = "ALIBABA_CLOUD_ENDPOINT", hide_env_values = true, value_parser = unquoted)]
    pub(crate) endpoint: Option<String>,
    /// Call the region's address inside of a VPC.
    #[arg(long, conflicts_with = "fake")]
    pub(crate) vpc: bool,
    /// The version of the signature.
    #[arg(long, value_name = "VERSION", default_value = "v3")]
    pub(crate) signature: Signature,
    /// How many seconds the call may take, repeated attempts included [default: 180].
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) timeout: Option<Duration>,
}

impl Connection {
    /// The client's settings, and the service that was started for it, to be kept as long as the client.
    pub(crate) async fn open(&self) -> Result<(ClientBuilder, Option<FakeService>), Failure> {
        let (builder, service) = if self.fake {
            let service = self.fake_service().await?;
            (service.client_builder(), Some(service))
        } else {
            (self.account()?, None)
        };
        let builder = builder.signature(self.signature.into()).user_agent_suffix("rds-cli");
        Ok(match self.timeout {
            Some(timeout) => (builder.call_timeout(timeout), service),
            None => (builder, service),
        })
    }

    /// The same without a region or an endpoint, for what needs none.
    pub(crate) async fn open_anywhere(&self) -> Result<(ClientBuilder, Option<FakeService>), Failure> {
        let has_place = self.fake || given(&self.endpoint).is_some() || self.region()?.is_some();
        match has_place {
            true => self.open().await,
            false => Self { endpoint: Some("rds.aliyuncs.com".to_owned()), ..self.clone() }.open().await,
        }
    }

    /// Where a program that is to call the same gets its client from.
    pub(crate) fn service(&self) -> rust_program::Service {
        if self.fake {
            return rust_program::Service::Embedded;
        }
        rust_program::Service::Account {
            region: self.region().ok().flatten(),
            endpoint: given(&self.endpoint).map(str::to_owned),
            profile: self.profile.clone(),
            vpc: self.vpc,
        }
    }

    /// The regions, where several are asked for, of which this one is left with one to ask.
    pub(crate) fn take_regions(&mut self) -> Result<Option<SeveralRegions>, Failure> {
        let ids: Vec<String> = match given(&self.region) {
            Some("all") => Vec::new(),
            Some(region) if region.contains(',') => {
                let ids = region.split(',').map(str::trim).filter(|id| !id.is_empty());
                ids.map(str::to_owned).collect()
            }
            _ => return Ok(None),
        };
        self.region = ids.first().cloned();
        if self.region.is_none() && self.region()?.is_none() {
            self.region = Some(ANY_REGION.to_owned());
        }
        Ok(Some(match ids.is_empty() {
            true => SeveralRegions::All,
            false => SeveralRegions::Named(ids),
        }))
    }

    /// Whom it would call, in words.
    pub(crate) fn place(&self) -> String {
        let region = self.region().ok().flatten().map(|region| format!("region {region}"));
        let endpoint = given(&self.endpoint).map(|endpoint| format!("endpoint {endpoint}"));
        let profile = self.profile.as_ref().map(|profile| format!("profile {profile}"));
        region.into_iter().chain(endpoint).chain(profile).collect::<Vec<_>>().join(", ")
    }

    async fn fake_service(&self) -> Result<FakeService, Failure> {
        let (backup, change) = (Duration::from_secs(3), Duration::from_secs(2));
        let builder = FakeService::builder().backup_duration(backup).change_duration(change);
        let builder = match given(&self.region) {
            Some(region) => builder.region(region),
            None => builder,
        };
        let service = builder.start()?;
        seed::fill(&service, 1, backup + change).await?;
        Ok(service)
    }

    /// The region that is asked for, or that of the profile, or of the variables of the aliyun tool.
    pub(crate) fn region(&self) -> Result<Option<String>, Failure> {
        match (given(&self.region), &self.profile) {
            (Some(region), _) => Ok(Some(region.to_owned())),
            (None, Some(profile)) => Ok(CliProfile::new().profile(profile).region()?),
            (None, None) => Ok(CliProfile::new().region()?),
        }
    }

    fn account(&self) -> Result<ClientBuilder, Failure> {
        let mut builder = match self.region()? {
            Some(region) => Client::builder().region(region),
            None if given(&self.endpoint).is_some() => Client::builder(),
            None => {
                return Err(Failure::usage(
                    "there is no region: give --region, or set ALIBABA_CLOUD_REGION_ID; or run without an \
                     account, with --fake",
                ));
            }
        };
        builder = match &self.profile {
            Some(profile) => builder.credentials(CliProfile::new().profile(profile).like_aliyun_tool()),
            None => builder.credentials(DefaultChain::new().like_aliyun_tool()),
        };
        if let Some(endpoint) = given(&self.endpoint) {
            if endpoint.starts_with("http://") && !Endpoint::names_loopback(endpoint) {
                return Err(Failure::usage(
                    "the endpoint is not encrypted: give it with https://; http:// is for services on this machine",
                ));
            }
            builder = builder.endpoint(endpoint);
            if Endpoint::names_loopback(endpoint) {
                builder = builder.allow_plain_http();
            }
        }
        Ok(if self.vpc { builder.network(Network::Vpc) } else { builder })
    }
}

/// A region that every account may ask which others there are.
const ANY_REGION: &str = "cn-hangzhou";

/// Several regions.
pub(crate) enum SeveralRegions {
    /// All that the service has, as far as they can be reached.
    All,
    Named(Vec<String>),
}

impl SeveralRegions {
    /// The regions that are called, each once. Tells which are left out.
    pub(crate) async fn reached(&self, client: &Client) -> Result<Regions, Failure> {
        let regions = match self {
            Self::Named(ids) => Regions::of(client, ids)?,
            Self::All => Regions::all(client).await?,
        };
        for (region, error) in regions.unreachable() {
            terminal::warn(&format!("{region} is left out, since it is not reached: {error}"));
        }
        Ok(regions)
    }
}

/// The value of an option or its variable; an empty variable is none.
fn given(option: &Option<String>) -> Option<&str> {
    option.as_deref().map(str::trim).filter(|text| !text.is_empty())
}

/// Reads a value whose variable may have come with quotation marks.
fn unquoted(text: &str) -> Result<String, String> {
    match text::unquoted(text.trim()) {
        Some(value) => Ok(value.to_owned()),
        None => {
            Err("its quotation marks, which its variable may have as well, do not enclose all of it"
                .to_owned())
        }
    }
}

/// Reads a number of seconds.
pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    match text.parse::<f64>() {
        // A day is more than anything takes, and less than any clock can say.
        Ok(seconds) if seconds > 0.0 && seconds <= 86_400.0 => Ok(Duration::from_secs_f64(seconds)),
        _ => Err("it is not a number of seconds above 0 and up to 86400".to_owned()),
    }
}
