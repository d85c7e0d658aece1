fn main() {
    carry::carry("depo-api", "0.15.0", &[("check_type_envelope", "check_type")]);
}
