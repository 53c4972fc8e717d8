//! A fault as a program in another language asks for it: `fault=Delay&seconds=2&operation=CreateBackup&times=1`.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value as Json, json};

use crate::fault::Fault;
use crate::injection::Faults;
use crate::refusal::Refusal;

/// Injects the fault that a query describes, or says what is wrong with it.
pub(super) fn inject(faults: &Faults, query: &str) -> Result<Json, String> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let given: BTreeMap<&str, String> = pairs.map(|(name, value)| (name, decode(value))).collect();
    let known = ["code", "fault", "message", "operation", "seconds", "share", "skip", "status", "times"];
    if let Some(unknown) = given.keys().find(|name| !known.contains(name)) {
        return Err(format!("there is no `{unknown}`; there are {}", known.join(", ")));
    }
    let number = |name: &str| {
        let text = given.get(name);
        text.map(|text| text.parse::<f64>().map_err(|_| format!("`{name}` is no number"))).transpose()
    };
    let seconds = || {
        let seconds = number("seconds")?.ok_or("this fault needs `seconds`")?;
        Duration::try_from_secs_f64(seconds).map_err(|_| "`seconds` is no time".to_owned())
    };
    let refusal = || {
        let status = given.get("status").map_or(Ok(400), |text| text.parse::<u16>());
        let status = status.map_err(|_| "`status` is no status of HTTP")?;
        let code = given.get("code").ok_or("this fault needs `code`")?;
        Ok::<_, String>(Refusal::new(status, code, given.get("message").cloned().unwrap_or_default()))
    };
    let fault = match given.get("fault").map(String::as_str) {
        Some("BlockedPage") => Fault::BlockedPage,
        Some("ClockSkew") => Fault::ClockSkew(seconds()?),
        Some("Delay") => Fault::Delay(seconds()?),
        Some("DisguisedRefusal") => Fault::DisguisedRefusal(refusal()?),
        Some("EmptyBody") => Fault::EmptyBody,
        Some("GarbledBody") => Fault::GarbledBody,
        Some("Refuse") => Fault::Refuse(refusal()?),
        Some("RefuseAfterExecution") => Fault::RefuseAfterExecution(refusal()?),
        Some("ResetAfterExecution") => Fault::ResetAfterExecution,
        Some("ResetBeforeExecution") => Fault::ResetBeforeExecution,
        Some("TruncatedBody") => Fault::TruncatedBody,
        Some("UnrequestedXml") => Fault::UnrequestedXml,
        Some("WrongContentType") => Fault::WrongContentType,
        _ => {
            return Err("name a `fault`: BlockedPage, ClockSkew, Delay, DisguisedRefusal, EmptyBody, GarbledBody, \
                        Refuse, RefuseAfterExecution, ResetAfterExecution, ResetBeforeExecution, TruncatedBody, \
                        UnrequestedXml or WrongContentType"
                .to_owned());
        }
    };
    let (share, skip, times) = (number("share")?, number("skip")?, number("times")?);
    let mut injection = faults.inject(fault);
    if let Some(operation) = given.get("operation") {
        injection = injection.on_operation(operation);
    }
    if let Some(share) = share {
        injection = injection.share(share);
    }
    if let Some(requests) = skip {
        injection = injection.skip(requests as u64);
    }
    if let Some(times) = times {
        injection.times(times as u64);
    }
    Ok(json!({}))
}

fn decode(text: &str) -> String {
    percent_encoding::percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

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
        for wrong in [
            "",
            "fault=Nothing",
            "fault=Delay",
            "fault=Delay&seconds=-1",
            "fault=Refuse",
            "fault=EmptyBody&time=1",
        ] {
            assert!(inject(&faults, wrong).is_err(), "{wrong}");
            assert_eq!(faults.draw("Any"), None, "{wrong}");
        }
    }
}
