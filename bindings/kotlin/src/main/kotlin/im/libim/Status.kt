// The status codes of libim, and the exception that carries one.
package im.libim

/** The status codes: what [ImException.code] can be. New ones may come, so treat an unknown one as a failure. */
object Status {
    /** Success. */
    const val OK = 0

    /** The conversation is not one that this call can work on. */
    const val INVALID_CONVERSATION = 6004

    /** The client is unknown or closed. */
    const val NOT_INITIALIZED = 6013

    /** The call needs the server and nobody is logged in. */
    const val NOT_LOGGED_IN = 6014

    /** The same operation is already running. */
    const val IN_PROGRESS = 6015

    /** A parameter is missing, unknown, of the wrong type or out of range. */
    const val INVALID_PARAMETERS = 6017

    /** The local database failed. */
    const val DATABASE_FAILED = 6019

    /** Reading or writing a file failed (disk full, permission). */
    const val IO_FAILED = 6022

    /** The request is not JSON. */
    const val INVALID_JSON = 6027

    /** The user id is not valid. */
    const val INVALID_USER_ID = 7003

    /** The client was closed while the call was running. */
    const val CANCELLED = 7009

    /** A fault inside libim; please report it. */
    const val INTERNAL_ERROR = 7012

    /** This backend cannot do that. */
    const val NOT_SUPPORTED = 7013

    /** The group id is not valid. */
    const val INVALID_GROUP_ID = 8501

    /** The server cannot be reached now. */
    const val DISCONNECTED = 9508

    /** The server did not answer in time. */
    const val TIMEOUT = 9510

    /** The user may not do that. */
    const val NO_PERMISSION = 10007

    /** More than 100 conversations in one call. */
    const val TOO_MANY_CONVERSATIONS = 51006

    /** No such conversation group. */
    const val NO_SUCH_CONVERSATION_GROUP = 51009

    /** The conversation-group name is longer than 32 bytes. */
    const val CONVERSATION_GROUP_NAME_TOO_LONG = 51011

    /** Another client, here or in another process, has this account's cache open. */
    const val ACCOUNT_IN_USE = 90001

    /** Called from a callback, where it would deadlock. */
    const val CALLED_FROM_CALLBACK = 90002

    /** There is no method of that name. */
    const val UNKNOWN_METHOD = 90003

    /** The server refused the operation. */
    const val REFUSED = 90004

    /** The name of a status code, for example `INVALID_PARAMETERS`; `UNKNOWN` for a number that is none. Any thread. */
    @JvmStatic
    fun name(code: Int): String = LibIm.text(LibIm.im_status_name(code))
}

/**
 * A call that failed, and so has changed nothing. (Only of a method that waits for the server and was cut short, the
 * server may have done what was asked.)
 *
 * @property code the status, one of [Status]
 * @property desc one English sentence for a developer; it never holds a message's text or a secret
 */
class ImException(val code: Int, val desc: String) : RuntimeException("$code ${Status.name(code)}: $desc") {
    private companion object {
        const val serialVersionUID = 1L
    }
}
