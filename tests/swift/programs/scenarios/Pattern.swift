// Patterns, as tests/scenarios/README.md has them.
import Check

/// Where and why a value does not fit a pattern; nil when it fits.
func misfit(_ pattern: JSON, _ value: JSON, _ path: String) -> String? {
    let fits: Bool
    switch (pattern, value) {
    case (.object(let rule), _) where rule.count == 1 && rule.first!.key.string.hasPrefix("$"):
        fits = obeys(value, rule.first!.key.string, rule.first!.value, path)
    case (.object(let patterns), .object(let members)):
        for (key, pattern) in patterns {
            guard let member = members[key] else { return "\(path).\(key.string) is missing" }
            if let misfit = misfit(pattern, member, "\(path).\(key.string)") { return misfit }
        }
        return nil
    case (.array(let patterns), .array(let entries)) where patterns.count == entries.count:
        for (place, (pattern, entry)) in zip(patterns, entries).enumerated() {
            if let misfit = misfit(pattern, entry, "\(path)[\(place)]") { return misfit }
        }
        return nil
    default:
        fits = pattern == value
    }
    return fits ? nil : "\(path) is \(value.written.prefix(500)), not \(pattern.written.prefix(500))"
}

private func obeys(_ value: JSON, _ rule: String, _ given: JSON, _ path: String) -> Bool {
    switch rule {
    case "$any": return true
    case "$not": return misfit(given, value, path) != nil
    case "$length": return value.array.map { Int64($0.count) == given.integer! } ?? false
    case "$has": return value.array?.contains { misfit(given, $0, path) == nil } ?? false
    case "$above": return value.integer.map { $0 > given.integer! } ?? false
    case "$below": return value.integer.map { $0 < given.integer! } ?? false
    default: fail("there is no rule \(rule)")
    }
}
