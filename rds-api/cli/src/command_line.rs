//! The arguments of this process, where the name of an operation is a command, too.

use std::ffi::OsString;
use std::sync::OnceLock;

use crate::names;

/// The arguments, with `call` in front of what is an operation, or nearly one, in the place of a command: `rds
/// DescribeRegions` is `rds call DescribeRegions`.
pub(crate) fn arguments() -> &'static [OsString] {
    static ARGUMENTS: OnceLock<Vec<OsString>> = OnceLock::new();
    ARGUMENTS.get_or_init(|| with_call(std::env::args_os().collect()))
}

/// The same as texts.
pub(crate) fn texts() -> impl Iterator<Item = String> {
    arguments().iter().map(|argument| argument.to_string_lossy().into_owned())
}

fn with_call(mut arguments: Vec<OsString>) -> Vec<OsString> {
    let is_option = |argument: &OsString| argument.to_string_lossy().starts_with('-');
    let place = arguments.iter().skip(1).position(|argument| !is_option(argument)).map(|place| place + 1);
    if let Some(place) = place {
        let name = arguments[place].to_string_lossy();
        if names::operation(&name).is_some() || is_nearly_an_operation(&name) {
            arguments.insert(place, "call".into());
        }
    }
    arguments
}

/// Whether a name that is no command is so near to an operation that it was meant as one. The names of commands are too
/// short for that.
fn is_nearly_an_operation(name: &str) -> bool {
    name.len() > 12 && names::nearest_operation(name).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_in_the_place_of_a_command_is_called() {
        for (arguments, expected) in [
            ("rds DescribeRegions --fake", "rds call DescribeRegions --fake"),
            ("rds -v describe-regions", "rds -v call describe-regions"),
            ("rds DescribeDBInstance", "rds call DescribeDBInstance"),
            ("rds call DescribeRegions", "rds call DescribeRegions"),
            ("rds explain DescribeRegions", "rds explain DescribeRegions"),
            ("rds operations", "rds operations"),
            ("rds nonsense", "rds nonsense"),
            ("rds --help", "rds --help"),
            ("rds", "rds"),
        ] {
            let split = |text: &str| text.split(' ').map(OsString::from).collect::<Vec<_>>();
            assert_eq!(with_call(split(arguments)), split(expected));
        }
    }
}
