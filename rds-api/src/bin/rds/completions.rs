//! `rds completions`: completion in the shell, of commands, operations, parameters and their values.

use std::io::Write as _;

use clap::ValueEnum;
use clap_complete::env::Shells;

use crate::failure::Failure;

/// Print the script that makes a shell complete commands, operations, parameters and their values.
///
/// For bash: echo 'source <(rds completions bash)' >> ~/.bashrc
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The shell.
    shell: Shell,
}

#[derive(Clone, Copy, ValueEnum)]
enum Shell {
    Bash,
    Elvish,
    Fish,
    #[value(name = "powershell")]
    PowerShell,
    Zsh,
}

/// The variable that makes `rds` complete instead of run.
const VARIABLE: &str = "COMPLETE";

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    let name = match arguments.shell {
        Shell::Bash => "bash",
        Shell::Elvish => "elvish",
        Shell::Fish => "fish",
        Shell::PowerShell => "powershell",
        Shell::Zsh => "zsh",
    };
    let shells = Shells::builtins();
    let Some(shell) = shells.completer(name) else { unreachable!("the completion of {name} is built in") };
    let mut script = Vec::new();
    shell.write_registration(VARIABLE, "rds", "rds", "rds", &mut script).map_err(Failure::output)?;
    std::io::stdout().write_all(&script).map_err(Failure::output)
}
