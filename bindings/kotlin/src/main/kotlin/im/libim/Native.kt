// The C functions of libim.h that the binding needs, as JNA maps them, and the texts that go in and come out.
//
// Texts are byte arrays with a final 0, never Strings: JNA would encode those as the JVM's default encoding says.
package im.libim

import com.sun.jna.Callback
import com.sun.jna.IntegerType
import com.sun.jna.Native
import com.sun.jna.NativeLibrary
import com.sun.jna.Pointer
import com.sun.jna.ptr.IntByReference
import com.sun.jna.ptr.LongByReference
import com.sun.jna.ptr.PointerByReference
import java.nio.CharBuffer
import java.nio.charset.CharacterCodingException

/** `size_t`. JNA makes values of it, with the constructor that takes nothing. */
internal class SizeT @JvmOverloads constructor(value: Long = 0) : IntegerType(Native.SIZE_T_SIZE, value, true) {
    override fun toByte() = toInt().toByte()
    override fun toShort() = toInt().toShort()

    @Deprecated("Number deprecates it", level = DeprecationLevel.HIDDEN)
    override fun toChar() = toInt().toChar()
}

/** `im_on_response`. */
internal interface OnResponse : Callback {
    fun invoke(userData: Pointer?, status: Int, response: Pointer, len: SizeT)
}

/** `im_on_event`. */
internal interface OnEvent : Callback {
    fun invoke(userData: Pointer?, event: Int, payload: Pointer, len: SizeT)
}

/** `im_on_ready`. */
internal interface OnReady : Callback {
    fun invoke(userData: Pointer?)
}

/** `im_on_log`. */
internal interface OnLog : Callback {
    fun invoke(userData: Pointer?, level: Int, message: Pointer, len: SizeT)
}

/** `im_destroy`. */
internal interface Destroy : Callback {
    fun invoke(userData: Pointer?)
}

/** From C's own library, which every process has loaded: JNA's search for a NUL takes half as long as decoding. */
private object CLibrary {
    init {
        Native.register(CLibrary::class.java, NativeLibrary.getProcess())
    }

    @JvmStatic external fun strlen(text: Pointer): SizeT
}

/** The library. The first use loads it; an [UnsatisfiedLinkError] says that it is not there or does not fit. */
@Suppress("FunctionName") // the C names
internal object LibIm {
    private const val ABI_VERSION = 0

    init {
        val name = System.getenv("LIBIM_LIBRARY").let { if (it.isNullOrEmpty()) "im" else it }
        Native.register(LibIm::class.java, NativeLibrary.getInstance(name))
        if (im_abi_version() != ABI_VERSION) {
            throw UnsatisfiedLinkError("libim ${text(im_version())} has ABI ${im_abi_version()}, not $ABI_VERSION")
        }
    }

    @JvmStatic external fun im_version(): Pointer

    @JvmStatic external fun im_abi_version(): Int

    @JvmStatic external fun im_status_name(status: Int): Pointer

    @JvmStatic external fun im_client_open(
        config: ByteArray,
        client: LongByReference,
        response: PointerByReference,
    ): Int

    @JvmStatic external fun im_client_close(client: Long): Int

    @JvmStatic external fun im_call(
        client: Long,
        method: ByteArray,
        request: ByteArray,
        response: PointerByReference,
    ): Int

    @JvmStatic external fun im_call_async(
        client: Long,
        method: ByteArray,
        request: ByteArray,
        onResponse: OnResponse,
        userData: Pointer,
    ): Int

    @JvmStatic external fun im_listener_add(
        client: Long,
        mask: Long,
        onEvent: OnEvent,
        userData: Pointer,
        destroy: Destroy,
        listener: LongByReference,
    ): Int

    @JvmStatic external fun im_listener_remove(client: Long, listener: Long): Int

    @JvmStatic external fun im_stream_open(
        client: Long,
        mask: Long,
        onReady: OnReady,
        userData: Pointer,
        destroy: Destroy,
        stream: LongByReference,
    ): Int

    @JvmStatic external fun im_stream_next(stream: Long, event: IntByReference, payload: PointerByReference): Int

    @JvmStatic external fun im_stream_close(stream: Long): Int

    @JvmStatic external fun im_string_free(string: Pointer?)

    @JvmStatic external fun im_set_logger(onLog: OnLog?, userData: Pointer?, destroy: Destroy?, level: Int): Int

    /** A text that lives for ever. */
    fun text(pointer: Pointer): String = pointer.getString(0, "UTF-8")

    /** A text that is borrowed in a callback, as UTF-8. */
    fun bytes(pointer: Pointer, len: SizeT): ByteArray = pointer.getByteArray(0, len.toInt())

    /** Takes a response over: copies its UTF-8 and gives its memory back. */
    fun take(response: PointerByReference): ByteArray? {
        val pointer = response.value ?: return null
        try {
            return bytes(pointer, CLibrary.strlen(pointer))
        } finally {
            im_string_free(pointer)
        }
    }

    /**
     * A text as C takes it. C would end it at a NUL, and UTF-8 has no half of a surrogate pair, so these are refused
     * instead of being sent as something else.
     */
    fun bytes(text: String, refusalOfNul: Int): ByteArray {
        if (text.indexOf('\u0000') >= 0) throw ImException(refusalOfNul, "the text has a NUL")
        val encoded = try {
            Charsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text))
        } catch (e: CharacterCodingException) {
            throw ImException(Status.INVALID_PARAMETERS, "the text has half of a surrogate pair")
        }
        val bytes = ByteArray(encoded.remaining() + 1)
        encoded.get(bytes, 0, encoded.remaining())
        return bytes
    }
}
