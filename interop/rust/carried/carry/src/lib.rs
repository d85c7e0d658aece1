//! For build scripts: takes the sources of a released crate as they are, for a crate that names other dependencies.
//!
//! `gstp` and `depo-api` are released for one generation of the crates beneath them each. Wallets build the same
//! sources on others, by a manifest of their own or from the crates' repositories. So does this.
use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Copies the sources of the crate, which Cargo.lock must name, to `OUT_DIR`, with each of `renamed` written anew.
/// The root of the crate is then `include!(concat!(env!("OUT_DIR"), "/lib.rs"));`.
///
/// # Panics
///
/// When there is no such crate, or when nothing in it has a name that was to be written anew.
pub fn carry(name: &str, version: &str, renamed: &[(&str, &str)]) {
    println!("cargo::rerun-if-changed=build.rs");
    let copied = released(name, version).and_then(|source| copy(&source, renamed));
    if let Err(error) = copied {
        panic!("{name} {version}: {error}");
    }
}

/// The folder of the crate's sources, as cargo has unpacked it.
fn released(name: &str, version: &str) -> Result<PathBuf> {
    let output =
        Command::new(env::var("CARGO")?).args(["metadata", "--locked", "--format-version=1"]).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let packages = metadata["packages"].as_array().ok_or("cargo names no packages")?;
    let package = packages.iter().find(|package| package["name"] == name && package["version"] == version);
    let manifest =
        package.and_then(|package| package["manifest_path"].as_str()).ok_or("it is not in Cargo.lock")?;
    Ok(Path::new(manifest).with_file_name("src"))
}

fn copy(source: &Path, renamed: &[(&str, &str)]) -> Result<()> {
    let target = PathBuf::from(env::var("OUT_DIR")?);
    let mut unused: Vec<&str> = renamed.iter().map(|(old, _)| *old).collect();
    for file in files(source)? {
        let mut text = fs::read_to_string(source.join(&file))?;
        unused.retain(|old| !text.contains(old));
        for (old, new) in renamed {
            text = text.replace(old, new);
        }
        if file == Path::new("lib.rs") {
            text = root(&text, source, &target);
        }
        let copy = target.join(&file);
        fs::create_dir_all(copy.parent().unwrap_or(&target))?;
        fs::write(copy, text)?;
    }
    if unused.is_empty() { Ok(()) } else { Err(format!("nothing is named {unused:?}").into()) }
}

/// All files beneath a folder, by their paths in it.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = PathBuf::from(entry.file_name());
        if entry.file_type()?.is_dir() {
            found.extend(files(&entry.path())?.into_iter().map(|file| name.join(file)));
        } else {
            found.push(name);
        }
    }
    Ok(found)
}

/// The root module as text that can be included: nothing about the whole crate, and modules by where their copies are.
fn root(text: &str, source: &Path, target: &Path) -> String {
    let lines = text.lines().filter(|line| !line.starts_with("#![") && !line.starts_with("//!"));
    let lines = lines.map(|line| match module(line) {
        Some(name) => {
            let file = format!("{name}.rs");
            let file = if source.join(&file).exists() { file } else { format!("{name}/mod.rs") };
            format!("#[path = {:?}]\n{line}\n", target.join(file))
        }
        None => format!("{line}\n"),
    });
    lines.collect()
}

/// The name of a module that stands in a file of its own, where the line declares one.
fn module(line: &str) -> Option<&str> {
    line.trim_start_matches("pub ").strip_prefix("mod ")?.strip_suffix(';')
}
