//! `depo-api` 0.15, which is released for `bc-envelope` 0.34, on 0.43: a method has another name there.
include!(concat!(env!("OUT_DIR"), "/lib.rs"));
