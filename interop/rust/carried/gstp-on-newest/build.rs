fn main() {
    carry::carry("gstp", "0.13.0", &[]);
}
