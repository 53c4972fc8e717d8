//! Checks on the glossary.

use super::Lowering;
use crate::site::Site;

impl Lowering<'_> {
    /// Checks each line like the documentation that it is.
    pub(super) fn lines(&mut self, file: &Site<'_>) {
        for (name, doc) in self.glossary {
            self.documentation(&file.key(name), name, doc);
        }
    }

    /// Reports lines that document nothing.
    pub(super) fn unused_lines(&mut self, file: &Site<'_>) {
        let unused: Vec<&String> =
            self.glossary.keys().filter(|name| !self.used_lines.contains(*name)).collect();
        for name in unused {
            let line = file.key(name).error(format!("nothing is documented by the line of `{name}`"));
            self.report(
                line.help("remove it: every field of this name says by itself what it means").warning(),
            );
        }
    }
}
