#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| rds_api::fuzzing::error_body(data));
