//! `rds completions`: completion in the shell, of commands, operations, parameters and their values.

use clap::builder::PossibleValuesParser;
use clap_complete::env::Shells;

use crate::failure::Failure;
use crate::output;

/// Print the script that makes a shell complete commands, operations, parameters and their values.
///
/// For bash: echo 'source <(rds completions bash)' >> ~/.bashrc
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The shell.
    #[arg(value_parser = PossibleValuesParser::new(Shells::builtins().names()))]
    shell: String,
}

/// The variable that makes `rds` complete instead of run.
pub(crate) const VARIABLE: &str = "COMPLETE";

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let shells = Shells::builtins();
    let Some(shell) = shells.completer(&arguments.shell) else {
        return Err(Failure::usage(format!("there is no completion for {}", arguments.shell)));
    };
    let mut script = Vec::new();
    shell.write_registration(VARIABLE, "rds", "rds", "rds", &mut script).map_err(Failure::output)?;
    output::print_data(&String::from_utf8_lossy(&script))
}
