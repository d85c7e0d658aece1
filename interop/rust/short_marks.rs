//! What the oldest and the middle generation have in common: how they show provenance marks.
/// Notation of generations that show a provenance mark by the first eight digits of its ID.
pub fn short_marks(notation: &str) -> String {
    const MARK: &str = "ProvenanceMark(";
    let mut parts = notation.split(MARK);
    let first = parts.next().unwrap_or_default().to_string();
    parts.fold(first, |shown, part| {
        let (id, rest) = part.split_once(')').unwrap_or((part, ""));
        format!("{shown}{MARK}{}){rest}", &id[..id.len().min(8)])
    })
}
