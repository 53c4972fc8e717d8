#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| rds_api_testing::fuzzing::request(data));
