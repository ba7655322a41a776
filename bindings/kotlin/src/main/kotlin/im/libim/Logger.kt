// The log of the library.
package im.libim

/** Takes the lines of the log. */
interface Logger {
    /**
     * Takes a line of the log. It runs on whichever thread logs, so on several at once, and must be short. It must not
     * call libim, except to tell versions and names or to set another logger. Lines never hold messages' texts or
     * secrets.
     */
    fun log(level: Int, line: String)
}

/** What belongs to the whole process: the version and the log. */
object Library {
    /** Log level: something failed. */
    const val LOG_ERROR = 1

    /** Log level: something is wrong and was dealt with. */
    const val LOG_WARN = 2

    /** Log level: milestones, such as a login. */
    const val LOG_INFO = 3

    /** Log level: for finding faults. */
    const val LOG_DEBUG = 4

    /** Log level: everything. */
    const val LOG_TRACE = 5

    /** The version of the library, for example `0.1.0`. Any thread. */
    @JvmStatic
    val version: String get() = LibIm.text(LibIm.im_version())

    /**
     * Sets the one logger of the process; null switches logging off, as it is at the start. [maxLevel] is the most
     * talkative level that is wanted. When it returns, the logger before does not run any more. Any thread.
     */
    @JvmStatic
    @JvmOverloads
    fun setLogger(logger: Logger?, maxLevel: Int = LOG_INFO) {
        val number = logger?.let { Callbacks.loggers.put(it) }
        val callback = logger?.let { Callbacks.onLog }
        val status = LibIm.im_set_logger(callback, number, number?.let { Callbacks.destroyLogger }, maxLevel)
        if (status == Status.OK) return
        Callbacks.loggers.remove(number)
        throw ImException(status, "the logger was refused")
    }
}
