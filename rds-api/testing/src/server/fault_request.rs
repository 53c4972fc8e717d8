//! A fault as a program in another language asks for it: `fault=Delay&seconds=2&operation=CreateBackup&times=1`.

use serde_json::{Value as Json, json};

use super::download;
use super::query::Query;
use crate::fault::Fault;
use crate::injection::Faults;
use crate::refusal::Refusal;

/// What is said of which requests are hit, whatever the fault.
const OF_ALL: [&str; 5] = ["fault", "operation", "share", "skip", "times"];

/// What a fault takes besides.
const OF_A_TIME: &[&str] = &["seconds"];
const OF_A_REFUSAL: &[&str] = &["code", "message", "status"];

/// The faults, and what each takes.
const FAULTS: [(&str, &[&str]); 14] = [
    ("BlockedPage", &[]),
    ("ClockSkew", OF_A_TIME),
    ("Delay", OF_A_TIME),
    ("DisguisedRefusal", OF_A_REFUSAL),
    ("EmptyBody", &[]),
    ("GarbledBody", &[]),
    ("Refuse", OF_A_REFUSAL),
    ("RefuseAfterExecution", OF_A_REFUSAL),
    ("ResetAfterExecution", &[]),
    ("ResetBeforeExecution", &[]),
    ("SlowBody", OF_A_TIME),
    ("TruncatedBody", &[]),
    ("UnrequestedXml", &[]),
    ("WrongContentType", &[]),
];

/// Injects the fault that a query describes, or says what is wrong with it. `operation` has the operation of a name, if
/// there is one.
pub(super) fn inject(
    faults: &Faults,
    query: &str,
    operation: impl Fn(&str) -> Option<&'static str>,
) -> Result<Json, String> {
    let all: Vec<&str> = OF_ALL.iter().chain(OF_A_TIME).chain(OF_A_REFUSAL).copied().collect();
    let query = Query::read(query, &all)?;
    let names = || FAULTS.map(|(name, _)| name).join(", ");
    let name = query.text("fault").ok_or_else(|| format!("name a `fault`: {}", names()))?;
    let known = FAULTS.iter().find(|(known, _)| *known == name);
    let (name, takes) = known.ok_or_else(|| format!("there is no fault `{name}`; there are {}", names()))?;
    let is_foreign = |other: &&&str| !takes.contains(*other) && query.text(other).is_some();
    if let Some(foreign) = OF_A_TIME.iter().chain(OF_A_REFUSAL).find(is_foreign) {
        return Err(format!("the fault {name} takes no `{foreign}`"));
    }
    let operation = match query.text("operation") {
        Some(download::OPERATION) => Some(download::OPERATION),
        Some(wanted) => Some(operation(wanted).ok_or_else(|| format!("there is no operation `{wanted}`"))?),
        None => None,
    };
    let share = query.value("share", "a number from 0 to 1", |share: &f64| (0.0..=1.0).contains(share))?;
    let count = |name: &str| query.value::<u64>(name, "a whole number, and not below 0", |_| true);
    let (skip, times) = (count("skip")?, count("times")?);

    let mut injection = faults.inject(fault(name, &query)?);
    if let Some(operation) = operation {
        injection = injection.on_operation(operation);
    }
    if let Some(share) = share {
        injection = injection.share(share);
    }
    if let Some(requests) = skip {
        injection = injection.skip(requests);
    }
    if let Some(times) = times {
        injection.times(times);
    }
    Ok(json!({}))
}

fn fault(name: &str, query: &Query) -> Result<Fault, String> {
    let seconds = || query.seconds("seconds")?.ok_or_else(|| format!("the fault {name} needs `seconds`"));
    let refusal = || {
        let is_failure = |status: &u16| (300..=599).contains(status);
        let status =
            query.value("status", "a status of HTTP that is no success, from 300 to 599", is_failure)?;
        let code = query.text("code").ok_or_else(|| format!("the fault {name} needs a `code`"))?;
        let message = query.text("message").unwrap_or_default();
        Ok::<_, String>(Refusal::new(status.unwrap_or(400), code, message))
    };
    Ok(match name {
        "BlockedPage" => Fault::BlockedPage,
        "ClockSkew" => Fault::ClockSkew(seconds()?),
        "Delay" => Fault::Delay(seconds()?),
        "DisguisedRefusal" => Fault::DisguisedRefusal(refusal()?),
        "EmptyBody" => Fault::EmptyBody,
        "GarbledBody" => Fault::GarbledBody,
        "Refuse" => Fault::Refuse(refusal()?),
        "RefuseAfterExecution" => Fault::RefuseAfterExecution(refusal()?),
        "ResetAfterExecution" => Fault::ResetAfterExecution,
        "ResetBeforeExecution" => Fault::ResetBeforeExecution,
        "SlowBody" => Fault::SlowBody(seconds()?),
        "TruncatedBody" => Fault::TruncatedBody,
        "UnrequestedXml" => Fault::UnrequestedXml,
        "WrongContentType" => Fault::WrongContentType,
        _ => return Err(format!("there is no fault `{name}`")),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::time::Duration;

    use super::*;

    const KNOWN: [&str; 2] = ["CreateBackup", "DeleteBackup"];

    fn inject(faults: &Faults, query: &str) -> Result<Json, String> {
        super::inject(faults, query, |name| KNOWN.into_iter().find(|known| known.eq_ignore_ascii_case(name)))
    }

    #[test]
    fn a_fault_is_read_or_what_is_wrong_with_it_is_said() {
        let faults = Faults::new(0);
        inject(
            &faults,
            "fault=Refuse&code=Forbidden.RAM&status=403&message=No+way&operation=CreateBackup&times=1",
        )
        .unwrap();
        assert_eq!(faults.draw("DeleteBackup"), None);
        let refusal = Refusal::new(403, "Forbidden.RAM", "No way");
        assert_eq!(faults.draw("CreateBackup"), Some(Fault::Refuse(refusal)));
        assert_eq!(faults.draw("CreateBackup"), None);
        inject(&faults, "fault=Delay&seconds=0.5&skip=1").unwrap();
        assert_eq!(faults.draw("Any"), None);
        assert_eq!(faults.draw("Any"), Some(Fault::Delay(Duration::from_millis(500))));
        faults.clear();
        assert_eq!(faults.draw("Any"), None);
        inject(&faults, "fault=EmptyBody&operation=createbackup").unwrap();
        assert_eq!(faults.draw("CreateBackup"), Some(Fault::EmptyBody));
        inject(&faults, "fault=ResetBeforeExecution&operation=GetObject&share=1&times=18446744073709551615")
            .unwrap();
        assert_eq!(faults.draw("GetObject"), Some(Fault::ResetBeforeExecution));
    }

    #[test]
    fn every_fault_that_is_named_can_be_injected() {
        for (name, takes) in FAULTS {
            let faults = Faults::new(0);
            let value = |parameter: &&str| match *parameter {
                "seconds" => "&seconds=1",
                "code" => "&code=Forbidden.RAM",
                _ => "",
            };
            let query = format!("fault={name}{}", takes.iter().map(value).collect::<String>());
            inject(&faults, &query).unwrap();
            assert!(faults.draw("Any").is_some(), "{query}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_its_name_and_injects_nothing() {
        let faults = Faults::new(0);
        for (wrong, named) in [
            ("", "fault"),
            ("fault", "fault"),
            ("fault=", "fault"),
            ("fault=Nothing", "Nothing"),
            ("fault=EmptyBody&fault=EmptyBody", "fault"),
            ("fault=Delay", "seconds"),
            ("fault=Delay&seconds=-1", "seconds"),
            ("fault=Delay&seconds=NaN", "seconds"),
            ("fault=Delay&seconds=inf", "seconds"),
            ("fault=Delay&seconds=1e300", "seconds"),
            ("fault=Delay&seconds=soon", "seconds"),
            ("fault=Delay&seconds=1&code=X", "code"),
            ("fault=EmptyBody&seconds=1", "seconds"),
            ("fault=EmptyBody&status=500", "status"),
            ("fault=Refuse", "code"),
            ("fault=Refuse&code=", "code"),
            ("fault=Refuse&code=X&status=200", "status"),
            ("fault=Refuse&code=X&status=-400", "status"),
            ("fault=Refuse&code=X&status=70000", "status"),
            ("fault=Refuse&code=%FF", "code"),
            ("fault=EmptyBody&share=NaN", "share"),
            ("fault=EmptyBody&share=-0.1", "share"),
            ("fault=EmptyBody&share=1.01", "share"),
            ("fault=EmptyBody&share=inf", "share"),
            ("fault=EmptyBody&share=half", "share"),
            ("fault=EmptyBody&skip=-1", "skip"),
            ("fault=EmptyBody&skip=0.5", "skip"),
            ("fault=EmptyBody&times=-1", "times"),
            ("fault=EmptyBody&times=NaN", "times"),
            ("fault=EmptyBody&times=18446744073709551616", "times"),
            ("fault=EmptyBody&operation=CreateBackups", "CreateBackups"),
            ("fault=EmptyBody&operation=", "operation"),
            ("fault=EmptyBody&time=1", "time"),
        ] {
            let why = inject(&faults, wrong).unwrap_err();
            assert!(why.contains(&format!("`{named}`")), "{wrong}: {why}");
            assert_eq!(faults.draw("CreateBackup"), None, "{wrong}");
        }
    }
}
