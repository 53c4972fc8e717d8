//! The regions of an account, to call many of them at once.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::time::Duration;

use crate::{Client, Error, ErrorKind, FanOut, Result, ResultStream, RetryPolicy};

/// Several regions, each with a client that shares connections, credentials, limits and the budget of retries with the
/// others.
///
/// ```
/// use rds_api::{Client, Regions, Result};
///
/// /// Prints the instances of all regions, and which regions have not responded.
/// async fn print_instances(client: &Client) -> Result<()> {
///     let regions = Regions::all(client).await?;
///     let mut instances = regions.lists(|client| client.describe_db_instances().items());
///     while let Some((region, instance)) = instances.next().await {
///         match instance {
///             Ok(instance) => println!("{region}: {:?}", instance.db_instance_id),
///             Err(error) => eprintln!("{region}: {error}"),
///         }
///     }
///     Ok(())
/// }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<()> {
/// #     print_instances(&rds_api_testing::FakeService::start()?.client()?).await
/// # }
/// ```
#[derive(Debug)]
pub struct Regions {
    reachable: Vec<Region>,
    /// The regions behind a host, and why it is not reached.
    unreachable: Vec<(Vec<Region>, Error)>,
}

/// A region, with a client for it. It is shown as its id, and compared by it.
#[derive(Clone)]
pub struct Region {
    id: String,
    client: Client,
}

impl Region {
    /// Its id, such as `cn-hangzhou`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// A client for it.
    pub fn client(&self) -> &Client {
        &self.client
    }
}

/// How long a host may take to show that it is there.
const PROBE_TIMEOUT: Duration = Duration::from_secs(10);

impl Regions {
    /// All regions of the service that can be reached from here, each once. The service lists those, too, that are
    /// retired, or that only their own network leads to; so each host is asked once, and with those that give no
    /// connection their regions are left out: [`unreachable`](Self::unreachable) has them.
    ///
    /// # Errors
    ///
    /// Those of `DescribeRegions`, which is called in the region of the client, and [`Response`](ErrorKind::Response) where
    /// it says that it failed, or lists no region.
    pub async fn all(client: &Client) -> Result<Self> {
        let response = client.describe_regions().send_full().await?.into_success()?;
        let mut seen = HashSet::new();
        let ids = response.regions.into_iter().filter_map(|region| region.region_id);
        let regions = Self::of(client, ids.filter(|id| !id.is_empty() && seen.insert(id.clone())))?;
        // Whoever goes over all regions would take no region for nothing to do.
        if regions.reachable.is_empty() {
            return Err(Error::new(ErrorKind::Response, "DescribeRegions lists no region"));
        }
        Ok(regions.reached(client.endpoint().host()).await)
    }

    /// These regions, each once and in this order, whether or not they can be reached.
    ///
    /// # Errors
    ///
    /// [`Input`](ErrorKind::Input) if one of them is not valid.
    pub fn of<I: Into<String>>(client: &Client, ids: impl IntoIterator<Item = I>) -> Result<Self> {
        let mut reachable: Vec<Region> = Vec::new();
        for id in ids.into_iter().map(I::into) {
            if reachable.iter().all(|region| region.id != id) {
                reachable.push(Region { client: client.in_region(id.as_str())?, id });
            }
        }
        Ok(Self { reachable, unreachable: Vec::new() })
    }

    /// A call in each region, whose result comes with the region. [`FanOut`] says how many are under way at a time, and in
    /// which order they come.
    pub fn each<T, C>(&self, mut call: impl FnMut(&Client) -> C) -> FanOut<Region, T>
    where
        T: Send + 'static,
        C: IntoFuture<Output = Result<T>>,
        C::IntoFuture: Send + 'static,
    {
        FanOut::each(self.reachable.iter().cloned(), |region| call(&region.client))
    }

    /// A list in each region, such as `client.describe_db_instances().items()`. Each entry comes with the region.
    pub fn lists<T: Send + 'static>(
        &self,
        mut list: impl FnMut(&Client) -> ResultStream<T>,
    ) -> FanOut<Region, T> {
        FanOut::lists(self.reachable.iter().cloned(), |region| list(&region.client))
    }

    /// The regions that calls are made in.
    pub fn iter(&self) -> std::slice::Iter<'_, Region> {
        self.reachable.iter()
    }

    /// The regions that are left out, and why.
    pub fn unreachable(&self) -> impl Iterator<Item = (&Region, &Error)> {
        self.unreachable.iter().flat_map(|(regions, error)| regions.iter().map(move |region| (region, error)))
    }

    /// Leaves out what is behind hosts that give no connection. `own` is one that has just responded.
    async fn reached(self, own: &str) -> Self {
        let mut hosts: HashMap<String, Vec<Region>> = HashMap::new();
        for region in self.reachable.iter().filter(|region| region.client.endpoint().host() != own) {
            hosts.entry(region.client.endpoint().host().to_owned()).or_default().push(region.clone());
        }
        let probe = |regions: &Vec<Region>| {
            let call = regions[0].client.describe_regions();
            call.with_retry(RetryPolicy::none()).with_timeout(PROBE_TIMEOUT)
        };
        let (_, failures) = FanOut::each(hosts.into_values(), probe).partition().await;
        let is_unreached = |error: &Error| {
            matches!(error.kind(), ErrorKind::Connect | ErrorKind::ConnectTimeout | ErrorKind::CallTimeout)
        };
        let unreachable: Vec<_> = failures.into_iter().filter(|(_, error)| is_unreached(error)).collect();
        let is_left_out = |region: &Region| unreachable.iter().any(|(regions, _)| regions.contains(region));
        let reachable = self.reachable.into_iter().filter(|region| !is_left_out(region)).collect();
        Self { reachable, unreachable }
    }
}

impl<'r> IntoIterator for &'r Regions {
    type Item = &'r Region;
    type IntoIter = std::slice::Iter<'r, Region>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Region {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.id)
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Region").field(&self.id).finish()
    }
}

impl PartialEq for Region {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Region {}

impl PartialOrd for Region {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Region {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.id.cmp(&other.id)
    }
}

impl Hash for Region {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}
