//! `gstp` 0.13, which is released for `bc-envelope` 0.39, on 0.43: as the manifest in its repository has it.
include!(concat!(env!("OUT_DIR"), "/lib.rs"));
