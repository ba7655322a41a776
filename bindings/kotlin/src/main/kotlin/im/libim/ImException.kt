// The exception of the binding.
package im.libim

/**
 * A call that failed and has changed nothing. (Only if a method that waits for the server was cut short, the server may
 * have done what was asked.)
 *
 * @property code the status, one of [Status]
 * @property desc one English sentence for a developer; it never holds a message's text or a secret
 */
class ImException(val code: Int, val desc: String) : RuntimeException("$code ${Status.name(code)}: $desc") {
    private companion object {
        const val serialVersionUID = 1L
    }
}
