// Columns, and the last words.
import Foundation

extension String {
    func padded(to width: Int, left: Bool = false) -> String {
        let space = String(repeating: " ", count: max(0, width - count))
        return left ? space + self : self + space
    }
}

func giveUp(_ why: String) -> Never {
    FileHandle.standardError.write(Data("inbox: \(why)\n".utf8))
    exit(EXIT_FAILURE)
}
