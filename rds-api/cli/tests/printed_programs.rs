//! Programs that `rds call --rust` prints, as the modules of one program. The unit test of `rust_program` writes
//! them to a file that it names in `PRINTED_PROGRAMS`, builds this target, and runs it: the first argument is the
//! operation whose program is to run. Built in this workspace, they cost no dependency a second time.
#![allow(dead_code)]

include!(env!("PRINTED_PROGRAMS"));
