//! What the error codes of the service mean: each class behaves as its documentation says, over all codes of the
//! specification and over some that it does not have.
#![allow(clippy::unwrap_used)]

mod raw_server;

use std::time::Duration;

use raw_server::{RawServer, response, send};
use rds_api::ErrorClass::{
    AlreadyExists, Busy, Clock, Credentials, InProgress, Invalid, NotFound, Payment, Permission,
    Precondition, Quota, Throttled, Transient, Unsupported,
};
use rds_api::error::ErrorCodes;
use rds_api::signature::SignatureVersion::{self, V1, V3};
use rds_api::{Client, Error, ErrorClass, ErrorKind, RetryPolicy, SERVICE};

/// Refuses every request with the status and the code that it is about, such as `400:Throttling.User`.
fn refusing() -> RawServer {
    RawServer::start(|_, request, connection| {
        let about = request.split("DBInstanceId=").nth(1).unwrap().split(['&', ' ']).next().unwrap();
        let about = percent_encoding::percent_decode_str(about).decode_utf8().unwrap();
        let (status, code) = about.split_once(':').unwrap();
        let body = format!(r#"{{"RequestId":"R","HostId":"h","Code":"{code}","Message":"m"}}"#);
        send(connection, &response(&format!("{status} X"), "", body));
    })
}

/// A client of its own has a budget of retries of its own.
fn client(server: &RawServer, version: SignatureVersion) -> Client {
    let moment = Duration::from_millis(1);
    let retry = RetryPolicy::default().max_attempts(2).initial_backoff(moment).throttled_backoff(moment);
    server.client_builder().signature(version).retry(retry).build().unwrap()
}

/// The errors of a read, of a write with an idempotency token, and of another write.
async fn errors(client: &Client, status: u16, code: &str) -> Vec<Error> {
    let about = format!("{status}:{code}");
    vec![
        client.describe_backup_tasks(&*about).await.unwrap_err(),
        client.restart_db_instance(&*about).await.unwrap_err(),
        client.create_backup(&*about).await.unwrap_err(),
    ]
}

/// The attempts of these three: two where the client tries again.
fn attempts(class: Option<ErrorClass>, may_have_been_executed: bool) -> [u32; 3] {
    match class {
        Some(InProgress) => [1, 2, 1],
        Some(Throttled | Transient) if may_have_been_executed => [2, 2, 1],
        Some(Throttled | Transient) => [2, 2, 2],
        _ => [1, 1, 1],
    }
}

fn assert_is(errors: &[Error], class: Option<ErrorClass>, may_have_been_executed: bool) {
    for error in errors {
        let kind = if class == Some(Throttled) { ErrorKind::Throttled } else { ErrorKind::Service };
        assert_eq!((error.kind(), error.class()), (kind, class), "{error}");
        assert_eq!(error.is_throttled(), class == Some(Throttled), "{error}");
        assert_eq!(error.is_not_found(), class == Some(NotFound), "{error}");
        assert_eq!(error.is_instance_busy(), class == Some(Busy), "{error}");
        let is_retryable = matches!(class, Some(Throttled | Transient | InProgress));
        assert_eq!(error.is_retryable(), is_retryable, "{error}");
        assert_eq!(error.may_have_been_executed(), may_have_been_executed, "{error}");
    }
    let made: Vec<u32> = errors.iter().map(Error::attempts).collect();
    // The one code that the client mends by itself without a date.
    let expected = match errors[0].code() {
        Some("InvalidSecurityToken.Expired") => [2, 2, 2],
        _ => attempts(class, may_have_been_executed),
    };
    assert_eq!(made, expected[3 - made.len()..], "{}", errors[0]);
}

#[tokio::test]
async fn every_code_of_the_specification_does_what_its_class_says() {
    let server = refusing();
    let mut count = 0;
    for (class, codes) in SERVICE.error_codes.classes {
        for (index, some) in codes.chunks(20).enumerate() {
            let versions: &[SignatureVersion] = if index == 0 { &[V1, V3] } else { &[V3] };
            for version in versions {
                let client = client(&server, *version);
                for code in some {
                    let executed = SERVICE.error_codes.may_have_been_executed.contains(code);
                    // Of the others only the call that would do most harm if it were tried again.
                    let may_be_repeated =
                        matches!(class, Busy | Throttled | InProgress | Transient | Clock | Credentials);
                    let all = match may_be_repeated {
                        true => errors(&client, 400, code).await,
                        false => vec![client.create_backup(format!("400:{code}")).await.unwrap_err()],
                    };
                    assert_is(&all, Some(*class), executed);
                }
            }
            count += some.len();
        }
    }
    assert!(count > 900, "{count}");
}

/// The judgement of a code with a status: its class, and whether the call may have been executed.
#[rustfmt::skip]
const JUDGED: &[(u16, &str, Option<ErrorClass>, bool)] = &[
    // What the vendor's own tools wait for.
    (403, "OperationDenied.OutofUsage", Some(Busy), false),
    (403, "ReadDBInstance.Mismatch", Some(Busy), false),
    (400, "BackupJobExists", Some(Busy), false),
    (400, "InvalidOrderTask.NotSupport", Some(Busy), false),
    (403, "IncorrectInstanceStatus", Some(Busy), false),
    (403, "IncorrectMasterDBInstanceState", Some(Busy), false),
    (403, "DBInstanceStatusNotActive", Some(Busy), false),
    (403, "InvalidDBInstanceStatus.NotSupport", Some(Busy), false),
    (403, "IncorrectAccountStatus", Some(Busy), false),
    (403, "IncorrectDBState", Some(Busy), false),
    (400, "TaskExists", Some(Busy), false),
    (500, "TaskHasExist", Some(Busy), true),
    (400, "OrderTaskAlreadyExists", Some(Busy), false),
    (400, "ConflictingDatabaseOperation", Some(Busy), false),
    (400, "InvalidConcurrentOperate", Some(Busy), false),
    (400, "TimeoutRetryLater", Some(Busy), true),
    (400, "ConnectTimeoutRetryLater", Some(Busy), false),
    (400, "Connect.Timeout", Some(Busy), false),
    (403, "GeneralIns.Switching", Some(Busy), false),
    // Codes that the table does not have.
    (403, "OperationDenied.ProxyStatus", Some(Busy), false),
    (403, "IncorrectProxyState", Some(Busy), false),
    (403, "GeneralIns.Resizing", Some(Busy), false),
    (400, "ProxyTaskExists", Some(Busy), false),
    (400, "Something.ConcurrentOperation", Some(Busy), false),
    // Things that are gone, and values that are none.
    (404, "MasterInstanceNotExist", Some(NotFound), false),
    (404, "ParamGroupsNotExist", Some(NotFound), false),
    (400, "DataNotExist", Some(NotFound), false),
    (404, "InvalidSlot.NotFound", Some(NotFound), false),
    (404, "SlotNotExist", Some(NotFound), false),
    (404, "Forbidden.SlotNotFound", Some(NotFound), false),
    (404, "InvalidDBInstanceId.notfound", Some(NotFound), false),
    (404, "InvalidRegionId.NotFound", Some(Invalid), false),
    (404, "InvalidProxyClass.NotFound", Some(Invalid), false),
    (404, "InvalidSlotType.NotFound", Some(Invalid), false),
    (404, "InvalidAction.NotFound", Some(Invalid), false),
    (404, "InvalidAccessKeyId.NotFound", Some(Credentials), false),
    (404, "ReadDBInstance.NotFound", Some(Precondition), false),
    (404, "ServiceLinkedRole.NotFound", Some(Precondition), false),
    // 429 is throttling, whatever the code.
    (429, "Throttling.Resource", Some(Throttled), false),
    (429, "SomethingNew", Some(Throttled), false),
    (429, "InvalidParameter", Some(Throttled), false),
    (429, "SomethingFailed", Some(Throttled), false),
    (429, "IdempotentProcessing", Some(Throttled), true),
    (429, "InternalError", Some(Throttled), true),
    (400, "Throttling", Some(Throttled), false),
    (503, "Throttling.User", Some(Throttled), false),
    (400, "Throttling.Tomorrow", Some(Throttled), false),
    (400, "throttling.user", Some(Throttled), false),
    (400, "Rejected.Throttling", Some(Throttled), false),
    (403, "TooManyRequestsException", Some(Throttled), false),
    (403, "Throttling.Timeout", Some(Throttled), true),
    (429, "SlotTimedOut", Some(Throttled), true),
    // 408, as 500 and above, leaves it open whether the call was executed.
    (408, "RequestTimeout", Some(Transient), true),
    (408, "NetworkOrSqlTimeoutError", Some(Transient), true),
    (408, "SomethingNew", Some(Transient), true),
    (408, "InvalidParameter", Some(Invalid), true),
    (460, "SomethingNew", Some(Transient), true),
    (499, "ClientClosedRequest", Some(Transient), true),
    (500, "SomethingNew", Some(Transient), true),
    (502, "SlotNotFound", Some(Transient), true),
    (503, "ServiceUnavailable", Some(Transient), true),
    (500, "InternalError", Some(Transient), true),
    (400, "InternalError", Some(Transient), true),
    (400, "SignatureNonceUsed", Some(Transient), true),
    (500, "CannotDecreaseEssdPerfLevel", Some(Unsupported), true),
    // Failures in the middle of the work.
    (400, "SqlExecuteFailedOrTimeout", Some(Transient), true),
    (400, "SqlExcutionFailed", Some(Busy), true),
    (400, "CommodityServiceCalling.Exception", Some(Transient), true),
    (400, "CreateUpgradeOrderBusinessException", Some(Invalid), true),
    (404, "AllocateResourceFailed", Some(Quota), true),
    (400, "SlotTimeout", Some(Transient), true),
    (400, "SlotException", Some(Transient), true),
    (400, "CreateSlot.Failed", None, true),
    (400, "InvokeSlotFailure", None, true),
    (400, "SlotInternalError", Some(Transient), true),
    (400, "DeadlineExceeded", Some(Transient), true),
    (400, "Slot.Aborted", None, true),
    (400, "ConnectionReset", None, true),
    (400, "SlotSystemError", None, true),
    (400, "PartialSuccess", None, true),
    (400, "SomethingNew", None, false),
    (403, "SomethingNew", None, false),
    // An earlier request with the same token.
    (403, "IdempotentProcessing", Some(InProgress), true),
    (400, "LastTokenProcessing", Some(InProgress), true),
    (409, "IdempotenceProcessing", Some(InProgress), true),
    (400, "SlotTokenProcessing", Some(InProgress), true),
    (400, "IdempotentRequestInProgress", Some(InProgress), true),
    (400, "IdempotentFailed", Some(Invalid), true),
    (400, "OperationFailed.IdempotentFailed", Some(Invalid), true),
    (400, "IdempotentParameterMismatch", Some(Invalid), false),
    // What has to be mended first.
    (400, "IllegalTimestamp", Some(Clock), false),
    (400, "InvalidTimeStamp.Expired", Some(Clock), false),
    (400, "Timestamp.TooOld", Some(Clock), false),
    (400, "Request.Expired", Some(Clock), false),
    (403, "RequestTimeTooSkewed", Some(Clock), false),
    (403, "SignatureDoesNotMatch", Some(Credentials), false),
    (403, "InvalidSecurityToken.New", Some(Credentials), false),
    (403, "Forbidden.RAM", Some(Permission), false),
    (403, "SlotUnauthorized", Some(Permission), false),
    (400, "SlotAlreadyExists", Some(AlreadyExists), false),
    (403, "SlotQuotaExceeded", Some(Quota), false),
    (403, "Slot.OrderUnPaid", Some(Payment), false),
    (403, "SlotNotSupported", Some(Unsupported), false),
    (403, "OperationDenied.DeletionProtection", Some(Precondition), false),
    (400, "InvalidSlot.Format", Some(Invalid), false),
    // Codes that differ in case only.
    (403, "InvalidSSLstatus", Some(Precondition), false),
    (403, "InvalidSSLStatus", Some(Invalid), false),
    (403, "OPERATIONDENIED.DBINSTANCESTATUS", Some(Busy), false),
];

#[tokio::test]
async fn a_code_is_judged_with_its_status_also_where_the_table_does_not_have_it() {
    let server = refusing();
    for (status, code, class, executed) in JUDGED {
        assert_is(&errors(&client(&server, V3), *status, code).await, *class, *executed);
        let codes = &SERVICE.error_codes;
        assert_eq!(codes.class(code, *status), *class, "{status} {code}");
        assert_eq!(codes.may_have_been_executed(code, *status), *executed, "{status} {code}");
    }
}

/// The rules for codes that no table has, held against those that the table has.
#[test]
fn the_rules_for_unknown_codes_seldom_err() {
    let rules = ErrorCodes { classes: &[], may_have_been_executed: &[] };
    let (mut right, mut wrong, mut silent) = (0, Vec::new(), 0);
    for (class, codes) in SERVICE.error_codes.classes {
        for code in *codes {
            match rules.class(code, 400) {
                Some(guess) if guess == *class => right += 1,
                Some(guess) => wrong.push((*code, *class, guess)),
                None => silent += 1,
            }
        }
    }
    // Most of these are `invalid` or `unsupported`, which asks the same of a program: give up.
    assert!(
        right >= 615 && wrong.len() <= 150,
        "{right} right, {} wrong, {silent} silent: {wrong:?}",
        wrong.len()
    );
    let taken_for = |class| wrong.iter().filter(|(_, _, guess)| *guess == class).collect::<Vec<_>>();
    for class in [Throttled, InProgress, Clock, Credentials, Permission] {
        assert!(taken_for(class).is_empty(), "{:?}", taken_for(class));
    }
    // What is tried again or waited for in vain, and what a waiter takes for deleted.
    assert!(taken_for(Transient).len() <= 5, "{:?}", taken_for(Transient));
    assert!(taken_for(Busy).len() <= 8, "{:?}", taken_for(Busy));
    assert!(taken_for(NotFound).len() <= 12, "{:?}", taken_for(NotFound));
    // Of what may have been executed most codes say so by their names.
    let executed = SERVICE.error_codes.may_have_been_executed;
    let told = executed.iter().filter(|code| rules.may_have_been_executed(code, 400)).count();
    assert!(told >= 40, "{told} of {}", executed.len());
}
