#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| rds_api::fuzzing::decode_json(data));
