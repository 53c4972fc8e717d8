//! `rds call`: any operation, its parameters checked before anything is sent.

use indicatif::ProgressBar;
use rds_api::schema::{self, Operation, OperationExt as _, Problem};
use rds_api::{Client, RawCall};
use rds_api_core::object::success;
use rds_api_testing::FakeService;
use serde_json::{Map, Value as Json};

use crate::failure::Failure;
use crate::masking::Masking;
use crate::output;
use crate::rust_program::{self, Ending, Patience};
use crate::terminal;
use input::Input;
use pages::Pages;
use several_calls::SeveralCalls;

mod arguments;
mod confirmation;
mod document;
mod dotted;
mod dry_run;
mod input;
mod json_text;
mod listing;
mod outcomes;
mod overview;
mod pages;
mod parameters;
mod response;
mod rows;
mod schema_lists;
mod separated;
mod several_calls;
pub(crate) mod source;
mod spellings;
mod table;
mod usage;
mod value;
mod wait;
mod watch;
mod yaml;

pub(crate) use arguments::{
    Arguments, Options, command_of, of_any_operation, unknown_operation, with_operation,
};
pub(crate) use overview::overview;
pub(crate) use response::ResponseOutput;
pub(crate) use usage::explain_usage;
pub(crate) use watch::{Watch, repeat};
pub(crate) use yaml::text as yaml;

pub(crate) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { operation: name, mut parameters, mut options } = arguments;
    let operation = schema::operation(&name);
    let input = match (&options.input, operation) {
        (Some(path), Some(operation)) => Some(Input::read(path, operation)?),
        (Some(_), None) => {
            return Err(Failure::usage(format!("nothing is known of {name} to read an input; use --param")));
        }
        (None, _) => None,
    };
    let input = input.map(|input| input.given_to(&mut parameters));
    if let Some(operation) = operation {
        let each = options.each.as_ref().map(|each| each.field(operation)).transpose()?;
        let is_unchecked = |name: &str| {
            options.unchecked.iter().any(|(unchecked, _)| unchecked == name)
                || each.is_some_and(|field| field.name == name)
        };
        parameters::ask_for_missing(operation, &mut parameters, is_unchecked).map_err(Failure::usage)?;
        check(operation, &parameters, input.as_ref(), is_unchecked)?;
    }
    options.output.check(operation)?;
    let regions = options.connection.take_regions()?;
    options.check(operation, &parameters, regions.is_some())?;
    let pagination = operation.and_then(|operation| operation.pagination.as_ref());
    if options.pages.is_some() && pagination.is_none() {
        return Err(Failure::usage(format!("{name} has no list that comes in pages")));
    }
    if (options.pages.is_some() || options.wait.is_some()) && options.output.is_xml() {
        return Err(Failure::usage("--pages and --wait read JSON, not XML"));
    }
    parameters.extend(options.unchecked.into_iter().map(|(name, value)| (name, value.into())));
    let goal = match (&options.wait, operation) {
        (Some(name), Some(operation)) => Some((operation, wait::goal(operation, name, &parameters)?)),
        (Some(_), None) => return Err(Failure::usage(format!("nothing is known of {name} to wait for"))),
        (None, _) => None,
    };
    if options.rust {
        let Some(operation) = operation else {
            return Err(Failure::usage(format!("{name} has no typed call; Rust calls it by `call_raw`")));
        };
        let patience = Patience { timeout: options.connection.timeout, every: options.every };
        let ending = match (&goal, options.pages) {
            (Some((_, goal)), _) => goal.ending(patience),
            (None, Some(Pages::All)) => Ending::Entries,
            (None, Some(Pages::AtMost(number))) => Ending::Pages(number),
            (None, None) => Ending::Response,
        };
        let service = options.connection.service();
        return output::print_data(&rust_program::program_with(operation, &parameters, &service, &ending));
    }
    let (builder, embedded) = options.connection.open().await?;
    let builder = options.output.set_format(builder);
    let masking = Masking::new(operation, &parameters);
    if options.dry_run {
        let send = async |client: Client| call(&client, &name, operation, &parameters).await;
        return dry_run::print(builder, operation, &masking, send).await;
    }
    let client = masking.watch(builder).build()?;
    let several = match (operation, regions.as_ref(), options.each.as_ref()) {
        (Some(operation), regions, each) if regions.is_some() || each.is_some() => {
            let parallel = usize::from(options.parallel);
            Some(SeveralCalls::new(&client, operation, &parameters, (regions, each), parallel).await?)
        }
        _ => None,
    };
    if let (Some(operation), None, false) = (operation, &embedded, options.yes) {
        let place = options.connection.place();
        confirmation::confirm(operation, &parameters, several.as_ref(), &place)?;
    }
    let one = async || {
        let call = call(&client, &name, operation, &parameters);
        let response = match (&goal, options.pages.zip(pagination)) {
            (Some((operation, goal)), _) => {
                let wait = wait::begin(goal, &client, operation, &parameters, &masking).await?;
                wait::follow(wait, options.connection.timeout, options.every, &masking).await?
            }
            (None, Some((pages, pagination))) => {
                pages.gather(call, pagination, ProgressBar::new_spinner()).await?
            }
            (None, None) => call.send().await?,
        };
        let response = masking.json(response);
        if options.wait.is_some() && response.is_null() {
            terminal::note("it is not there any more");
            return Ok(());
        }
        options.output.print(&response, operation)?;
        if embedded.is_some() && !FakeService::simulated_operations().contains(&name.as_str()) {
            terminal::note(
                "the embedded service does not simulate this operation: the response is made of examples",
            );
        }
        match success::is_raw_success(&response) {
            true => Ok(()),
            false => Err(Failure::not_done()),
        }
    };
    let all = async || match &several {
        Some(several) => {
            let outcomes = several.send(options.pages, &masking).await;
            options.output.print_several(&outcomes, operation)?;
            outcomes::conclude(&outcomes)
        }
        None => one().await,
    };
    match options.watch.pause() {
        Some(pause) => watch::repeat(&name, pause, all).await,
        None => all().await,
    }
}

fn call(
    client: &Client,
    name: &str,
    operation: Option<&'static Operation>,
    parameters: &Map<String, Json>,
) -> RawCall {
    match operation {
        Some(operation) => operation.call(client, parameters),
        None => {
            let texts = parameters.iter().filter_map(|(name, value)| Some((name, value.as_str()?)));
            client.call_raw(name, texts)
        }
    }
}

/// Refuses parameters that the service would refuse, other than those that are not to be checked.
fn check(
    operation: &Operation,
    parameters: &Map<String, Json>,
    input: Option<&Input>,
    is_unchecked: impl Fn(&str) -> bool,
) -> Result<(), Failure> {
    let mut problems = operation.check(parameters);
    problems.retain(|problem| !is_unchecked(problem.parameter()));
    if problems.is_empty() {
        return Ok(());
    }
    let words = |problem: &Problem| {
        let words = match usage::is_sensitive_name(operation, problem.parameter()) {
            false => problem.to_string(),
            true => problem.without_value(operation),
        };
        match input.and_then(|input| input.place(&problem.path)) {
            Some(place) => format!("{place}: {words}"),
            None => words,
        }
    };
    let problems: Vec<String> = problems.iter().map(words).collect();
    Err(Failure::usage(problems.join("\n       ")))
}
