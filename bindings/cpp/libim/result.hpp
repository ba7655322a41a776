// libim for C++: the result of a call, a value or an error. No exceptions are thrown.
#ifndef LIBIM_RESULT_HPP
#define LIBIM_RESULT_HPP

#include <cstdio>
#include <cstdlib>
#include <libim/config.hpp>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace im {
inline namespace LIBIM_FORM {

/// The reason why a call failed.
struct Error {
    /// One of the `IM_STATUS_` numbers. Later versions may add some: treat an unknown one like any other failure.
    im_status code = IM_STATUS_INTERNAL_ERROR;
    /// One English sentence for a developer.
    std::string desc;

    /// The name of the code, for example `INVALID_PARAMETERS`. Always valid; do not free it.
    [[nodiscard]] const char *name() const noexcept { return im_status_name(code); }
};

namespace detail {
/// Ends the program after an attempt to take the value of a result that has none.
[[noreturn]] inline void noValue(const Error &error) noexcept
{
    std::fprintf(stderr, "libim: the value of a failed call was taken: %d %s: %s\n", static_cast<int>(error.code),
                 error.name(), error.desc.c_str());
    std::abort();
}
} // namespace detail

/// A value, or an error in its place. Check before taking the value: taking the value of a failed call prints the error
/// to stderr and ends the program.
template <class T> class [[nodiscard]] Result {
public:
    /// A success.
    Result(T value) noexcept(std::is_nothrow_move_constructible_v<T>) : state_(std::in_place_index<0>, std::move(value))
    {
    }
    /// A failure.
    Result(Error error) noexcept : state_(std::in_place_index<1>, std::move(error)) {}

    /// Whether there is a value.
    [[nodiscard]] bool ok() const noexcept { return state_.index() == 0; }
    /// Whether there is a value.
    explicit operator bool() const noexcept { return ok(); }
    /// `IM_STATUS_OK`, or the error's code.
    [[nodiscard]] im_status code() const noexcept
    {
        const Error *error = std::get_if<1>(&state_);
        return error ? error->code : IM_STATUS_OK;
    }
    /// The error; after a success, code 0 and no text.
    [[nodiscard]] Error error() const
    {
        const Error *error = std::get_if<1>(&state_);
        return error ? *error : Error{IM_STATUS_OK, {}};
    }

    /// The value. There must be one.
    T &value() & noexcept { return *checked(); }
    /// The value. There must be one.
    const T &value() const & noexcept { return *const_cast<Result *>(this)->checked(); }
    /// The value, to move out of a result that is not needed any more. There must be one.
    T &&value() && noexcept { return std::move(*checked()); }
    /// The value, or another one in place of an error.
    [[nodiscard]] T valueOr(T other) &&
    {
        T *value = std::get_if<0>(&state_);
        return value ? std::move(*value) : std::move(other);
    }

    /// The value. There must be one.
    [[nodiscard]] T &operator*() & noexcept { return value(); }
    /// The value. There must be one.
    [[nodiscard]] const T &operator*() const & noexcept { return value(); }
    /// The value, to move out of a result that is not needed any more. There must be one.
    [[nodiscard]] T &&operator*() && noexcept { return std::move(*this).value(); }
    /// A member of the value. There must be one.
    [[nodiscard]] T *operator->() noexcept { return &value(); }
    /// A member of the value. There must be one.
    [[nodiscard]] const T *operator->() const noexcept { return &value(); }

private:
    T *checked() noexcept
    {
        T *value = std::get_if<0>(&state_);
        if (!value)
            detail::noValue(*std::get_if<1>(&state_));
        return value;
    }

    std::variant<T, Error> state_;
};

/// The outcome of a call that has no value: done, or an error.
template <> class [[nodiscard]] Result<void> {
public:
    /// A success.
    Result() noexcept = default;
    /// A failure.
    Result(Error error) noexcept : error_(std::move(error)) {}

    /// Whether it was done.
    [[nodiscard]] bool ok() const noexcept { return !error_; }
    /// Whether it was done.
    explicit operator bool() const noexcept { return ok(); }
    /// `IM_STATUS_OK`, or the error's code.
    [[nodiscard]] im_status code() const noexcept { return error_ ? error_->code : IM_STATUS_OK; }
    /// The error; after a success, code 0 and no text.
    [[nodiscard]] Error error() const { return error_ ? *error_ : Error{IM_STATUS_OK, {}}; }
    /// Ends the program with the error on stderr if there is one.
    void value() const noexcept
    {
        if (error_)
            detail::noValue(*error_);
    }

private:
    std::optional<Error> error_;
};

} // namespace LIBIM_FORM
} // namespace im

#endif
