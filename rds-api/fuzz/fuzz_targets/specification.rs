#![no_main]

#[path = "../specification.rs"]
mod specification;

libfuzzer_sys::fuzz_target!(|data: &[u8]| specification::read(data));
