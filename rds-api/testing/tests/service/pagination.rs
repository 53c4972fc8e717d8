//! Lists of all kinds, from the embedded service.
#![allow(clippy::unwrap_used)]

use std::ops::Range;

use rds_api::operations::backup::describe_backups::{
    Backup, DescribeBackupsRequest, DescribeBackupsResponse,
};
use rds_api::operations::custom::DescribeRCInvocationResultsRequest;
use rds_api::operations::custom::describe_rc_invocation_results::InvocationResult;
use rds_api::operations::security::describe_all_whitelist_template::{
    DescribeAllWhitelistTemplateRequest, WhitelistTemplatePage,
};
use rds_api::operations::tags::tag_resources::NewTag;
use rds_api::types::WhitelistTemplate;
use rds_api::{Access, ErrorKind, RetryPolicy};
use rds_api_testing::{FakeService, Refusal, build};

use rds_api::pagination::Paginated;

/// A page with the backups of these numbers, and what it gives as the total of all.
fn page(numbers: Range<usize>, total: impl ToString) -> DescribeBackupsResponse {
    let backup = |number: usize| build(|backup: &mut Backup| backup.backup_id = Some(number.to_string()));
    build(|response: &mut DescribeBackupsResponse| {
        response.items = numbers.map(backup).collect();
        response.total_record_count = Some(total.to_string());
    })
}

/// The numbers of the backups that a caller gets from a list of `pages`, thirty to a page, and the numbers of the
/// pages that it asked for.
async fn listed(
    pages: impl Fn(usize) -> DescribeBackupsResponse + Send + Sync + 'static,
) -> (Vec<usize>, Vec<i32>) {
    let service = FakeService::start().unwrap();
    service
        .on::<DescribeBackupsRequest>()
        .respond_with(move |request, response| {
            *response = pages(request.page_number.unwrap().try_into().unwrap());
        })
        .always();
    let client = service.client().unwrap();
    let items = client.describe_backups(FakeService::INSTANCE).page_size(30).items();
    let numbers = items.into_vec().await.unwrap();
    let numbers = numbers.into_iter().map(|backup| backup.backup_id.unwrap().parse().unwrap()).collect();
    let asked = service.requests::<DescribeBackupsRequest>();
    (numbers, asked.iter().map(|request| request.page_number.unwrap()).collect())
}

/// The part of a list of so many that is on a page of thirty.
fn thirty(page: usize, length: usize) -> Range<usize> {
    ((page - 1) * 30).min(length)..(page * 30).min(length)
}

#[tokio::test]
async fn all_pages_are_asked_for_and_no_more() {
    let (numbers, asked) = listed(|number| page(thirty(number, 75), 75)).await;
    assert_eq!((numbers, asked), ((0..75).collect(), vec![1, 2, 3]));
    let (numbers, asked) = listed(|_| page(0..0, 0)).await;
    assert_eq!((numbers, asked), (vec![], vec![1]));
}

#[tokio::test]
async fn a_total_may_change_on_the_way() {
    let grows = |number| page(thirty(number, 40 + number * 10), 40 + number * 10);
    let (numbers, asked) = listed(grows).await;
    assert_eq!((numbers, asked), ((0..70).collect(), vec![1, 2, 3]));
    let shrinks = |number| page(thirty(number, 90 - number * 20), 90 - number * 20);
    let (numbers, asked) = listed(shrinks).await;
    assert_eq!((numbers, asked), ((0..50).collect(), vec![1, 2]));
}

#[tokio::test]
async fn a_short_page_is_not_the_end() {
    let pages = |number| match number {
        1 => page(0..4, 60),
        2 => page(30..60, 60),
        3 => page(0..0, 60),
        4 => page(90..116, 60),
        _ => page(0..0, 60),
    };
    let (numbers, asked) = listed(pages).await;
    assert_eq!(numbers, (0..4).chain(30..60).chain(90..116).collect::<Vec<_>>());
    assert_eq!(asked, [1, 2, 3, 4]);
}

#[tokio::test]
async fn a_total_that_lies_loses_nothing_and_does_not_go_on_for_ever() {
    // The total of the page instead of that of the list.
    let own = |number| page(thirty(number, 90), thirty(number, 90).len());
    assert_eq!(listed(own).await, ((0..90).collect(), vec![1, 2, 3, 4]));
    let no_number = |number| page(thirty(number, 40), "many");
    assert_eq!(listed(no_number).await, ((0..40).collect(), vec![1, 2, 3]));
    let nothing = |number| page(thirty(number, 40), 0);
    assert_eq!(listed(nothing).await, ((0..40).collect(), vec![1, 2, 3]));
    let too_many = |number| page(thirty(number, 40), u64::MAX);
    assert_eq!(listed(too_many).await, ((0..40).collect(), vec![1, 2, 3, 4, 5]));
}

#[tokio::test]
async fn a_page_that_comes_again_is_given_once() {
    assert_eq!(listed(|_| page(0..30, 100)).await, ((0..30).collect(), vec![1, 2]));
    // As services do that give their last page for every page behind it.
    let last_again = |number: usize| page(thirty(number.min(3), 75), 1000);
    assert_eq!(listed(last_again).await, ((0..75).collect(), vec![1, 2, 3, 4]));
}

#[tokio::test]
async fn pages_begin_where_the_call_says() {
    let service = FakeService::start().unwrap();
    let pages = |request: &DescribeBackupsRequest, response: &mut DescribeBackupsResponse| {
        *response = page(thirty(request.page_number.unwrap().try_into().unwrap(), 100), 100);
    };
    let rule = service.on::<DescribeBackupsRequest>().respond_with(pages).always();
    let client = service.client().unwrap();
    let call = client.describe_backups(FakeService::INSTANCE).page_size(30);
    let pages = call.clone().page_number(3).pages().into_vec().await.unwrap();
    assert_eq!(pages.iter().map(|page| page.items.len()).collect::<Vec<_>>(), [30, 10]);
    assert_eq!(rule.count(), 2);
    let items = call.clone().with_parameter("PageNumber", "4").items().into_vec().await.unwrap();
    assert_eq!(items.len(), 10);
    assert_eq!(rule.count(), 3);
    let error = call.with_parameter("PageNumber", "four").items().next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Input);
    assert_eq!(rule.count(), 3);
}

#[tokio::test]
async fn an_error_is_given_once_and_ends_the_list() {
    let service = FakeService::start().unwrap();
    let rule = service
        .on::<DescribeBackupsRequest>()
        .respond(page(0..30, 90))
        .refuse(Refusal::throttled())
        .respond(page(30..60, 90))
        .refuse(Refusal::new(403, "Forbidden.RAM", "No permission."));
    let client = service.client().unwrap();
    let call = client.describe_backups(FakeService::INSTANCE).page_size(30);

    let mut items = call.clone().items();
    for number in 0..60 {
        // The throttled page was asked for again, as every call is.
        assert_eq!(items.next().await.unwrap().unwrap().backup_id, Some(number.to_string()));
    }
    let error = items.next().await.unwrap().unwrap_err();
    assert_eq!((error.code(), error.operation()), (Some("Forbidden.RAM"), Some("DescribeBackups")));
    assert!(items.next().await.is_none() && items.next().await.is_none());
    assert_eq!(rule.count(), 4);

    // Settings of the call hold for each page.
    let rule = service.on::<DescribeBackupsRequest>().respond(page(0..30, 90)).refuse(Refusal::throttled());
    let error = call.with_retry(RetryPolicy::none()).items().into_vec().await.unwrap_err();
    assert!(error.is_throttled());
    assert_eq!(rule.count(), 2);
}

#[tokio::test]
async fn simulated_lists_come_whole() {
    let service = FakeService::start().unwrap();
    let client = service.client().unwrap();
    let mut names: Vec<String> = (0..35).map(|number| format!("database{number:02}")).collect();
    for name in &names {
        client.create_database(FakeService::INSTANCE, "utf8mb4", name).await.unwrap();
    }
    let tags: Vec<_> = names.iter().take(3).cloned().collect();
    for tag in &tags {
        let tag = NewTag::new(tag).value("x");
        client.tag_resources([FakeService::INSTANCE], "INSTANCE").tag([tag]).await.unwrap();
    }

    // It has no total, and the pages' size is the service's own.
    let databases = client.describe_databases(FakeService::INSTANCE).items().into_vec().await.unwrap();
    let mut listed: Vec<_> = databases.into_iter().filter_map(|database| database.db_name).collect();
    listed.sort();
    names.sort();
    assert_eq!(listed, names);

    let token = "one-for-all-pages";
    let call = client.describe_db_instances().with_idempotency_token(token);
    assert_eq!(call.items().into_vec().await.unwrap().len(), 1);
    let asked = service.requests::<rds_api::operations::instance::DescribeDBInstancesRequest>();
    assert!(asked.iter().all(|request| request.client_token.as_deref() == Some(token)));

    let call = client.list_tag_resources("INSTANCE").resource_id([FakeService::INSTANCE]);
    let keys = call.items().into_vec().await.unwrap();
    assert_eq!(keys.into_iter().filter_map(|tag| tag.tag_key).collect::<Vec<_>>(), tags);
}

#[tokio::test]
async fn a_list_may_lie_deep_in_the_response() {
    let service = FakeService::start().unwrap();
    let template = |number: usize| {
        build(|template: &mut WhitelistTemplate| template.template_name = Some(number.to_string()))
    };
    let rule = service
        .on::<DescribeAllWhitelistTemplateRequest>()
        .respond_with(move |request, response| {
            response.data = Some(build(|page: &mut WhitelistTemplatePage| {
                page.templates = thirty(request.page_numbers.try_into().unwrap(), 45).map(template).collect();
                page.total_records = Some(45);
            }));
        })
        .always();
    let client = service.client().unwrap();
    let templates = client.describe_all_whitelist_template(30, 1).items().into_vec().await.unwrap();
    assert_eq!(templates.len(), 45);
    assert_eq!(rule.count(), 2);
}

/// The ids that a caller gets from a list by token, and the tokens that it sent. `follow` gives the page of a token,
/// and the token of the next page.
async fn followed(follow: fn(&str) -> (&'static str, Option<&'static str>)) -> (String, Vec<String>) {
    let service = FakeService::start().unwrap();
    service
        .on::<DescribeRCInvocationResultsRequest>()
        .respond_with(move |request, response| {
            let (ids, next) = follow(request.next_token.as_deref().unwrap_or_default());
            let result = |id: char| build(|it: &mut InvocationResult| it.invoke_id = Some(id.into()));
            response.invocation_results = ids.chars().map(result).collect();
            response.next_token = next.map(str::to_owned);
        })
        .always();
    let client = service.client().unwrap();
    let results = client.describe_rc_invocation_results().max_results(2).items().into_vec().await.unwrap();
    let asked = service.requests::<DescribeRCInvocationResultsRequest>();
    (
        results.into_iter().filter_map(|result| result.invoke_id).collect(),
        asked.into_iter().map(|request| request.next_token.unwrap_or_default()).collect(),
    )
}

#[tokio::test]
async fn tokens_are_followed_until_there_is_none() {
    let (ids, asked) = followed(|token| match token {
        "" => ("ab", Some("1")),
        // An empty page is not the end where the next is named.
        "1" => ("", Some("2")),
        "2" => ("c", Some("3")),
        _ => ("de", Some("")),
    })
    .await;
    assert_eq!((ids.as_str(), asked.join(" ").as_str()), ("abcde", " 1 2 3"));
}

#[tokio::test]
async fn tokens_in_a_circle_come_to_an_end() {
    let (ids, asked) = followed(|token| match token {
        "" => ("ab", Some("1")),
        _ => ("cd", Some("1")),
    })
    .await;
    assert_eq!((ids.as_str(), asked.join(" ").as_str()), ("abcd", " 1"));
    let (ids, asked) = followed(|token| match token {
        "" => ("ab", Some("1")),
        "1" => ("cd", Some("2")),
        _ => ("ef", Some("1")),
    })
    .await;
    assert_eq!((ids.as_str(), asked.join(" ").as_str()), ("abcdef", " 1 2"));
    let (ids, asked) = followed(|token| match token {
        "" => ("ab", Some("1")),
        "1" => ("ab", Some("2")),
        _ => ("ab", Some("3")),
    })
    .await;
    assert_eq!((ids.as_str(), asked.join(" ").as_str()), ("ab", " 1"));
}

#[tokio::test]
async fn new_tokens_with_nothing_behind_them_are_an_error() {
    let service = FakeService::start().unwrap();
    let rule = service
        .on::<DescribeRCInvocationResultsRequest>()
        .respond_with(|request, response| {
            let token = request.next_token.as_deref().unwrap_or_default();
            response.next_token = Some(format!("{token}x"));
        })
        .always();
    let client = service.client().unwrap();
    let error = client.describe_rc_invocation_results().items().into_vec().await.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Response, Some("DescribeRCInvocationResults")));
    assert_eq!(rule.count(), 100);
}

#[tokio::test]
async fn raw_pages_are_those_of_the_typed_call() {
    let service = FakeService::start().unwrap();
    let pages = |request: &DescribeBackupsRequest, response: &mut DescribeBackupsResponse| {
        *response = page(thirty(request.page_number.unwrap_or(1).try_into().unwrap(), 75), 75);
    };
    service.on::<DescribeBackupsRequest>().respond_with(pages).always();
    let pagination = DescribeBackupsRequest::pagination();
    let known = rds_api::schema::operation("DescribeBackups").unwrap();
    assert_eq!(known.pagination.as_ref(), Some(&pagination));

    let client = service.client().unwrap();
    let call = || {
        let parameters = [("DBInstanceId", FakeService::INSTANCE), ("PageSize", "30")];
        client.call_raw("DescribeBackups", parameters).with_access(Access::Read)
    };
    let pages = call().pages(pagination.clone()).into_vec().await.unwrap();
    assert_eq!(pages.len(), 3);
    assert_eq!(pages[2]["Items"]["Backup"].as_array().unwrap().len(), 15);
    let items = call().items(pagination.clone()).into_vec().await.unwrap();
    assert_eq!((items.len(), items[74]["BackupId"].as_str()), (75, Some("74")));

    let client = service.client_builder().format(rds_api::Format::Xml).build().unwrap();
    let call = client.call_raw("DescribeBackups", [("DBInstanceId", FakeService::INSTANCE)]);
    let error =
        call.clone().with_access(Access::Read).items(pagination.clone()).into_vec().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    // Nobody has said that it changes nothing.
    let error = call.items(pagination).into_vec().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Input);
}

#[tokio::test]
async fn what_turns_pages_off_is_refused_before_pages_are_lost() {
    let service = FakeService::start().unwrap();
    let client = service.client().unwrap();
    let error = client.describe_db_instances().max_results(30).items().into_vec().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Input);
    assert!(error.to_string().contains("leave `MaxResults` out"), "{error}");
    assert!(service.all_requests().is_empty());
}

#[tokio::test]
async fn dropping_the_next_value_loses_nothing() {
    let service = FakeService::start().unwrap();
    let rule = service.on::<DescribeBackupsRequest>();
    let client = service.client().unwrap();
    let mut pages = client.describe_backups(FakeService::INSTANCE).pages();
    for _ in 0..3 {
        // Polled once, which sends the request at most.
        tokio::select! { biased; _ = pages.next() => break, () = std::future::ready(()) => {} }
    }
    assert!(pages.next().await.unwrap().is_ok());
    assert!(pages.next().await.is_none());
    assert_eq!(rule.count(), 1);
}
