// Plays scenarios through the C++ header. tests/scenarios/README.md says what each step means.
//
//     scenarios DIR FILE…
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <libim.hpp>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using Json = nlohmann::json;

namespace {

constexpr std::chrono::seconds PATIENCE{30};

// A step that did not end as written.
struct Fault : std::runtime_error {
    using std::runtime_error::runtime_error;
};

std::string brief(const Json &value) { return value.dump().substr(0, 500); }

// Where and why a value does not fit a pattern.
std::optional<std::string> misfit(const Json &pattern, const Json &value, const std::string &path);

std::optional<std::string> misfitOfRule(const std::string &rule, const Json &given, const Json &value,
                                        const std::string &path)
{
    const auto number = [&] { return value.is_number_integer() ? value.get<std::int64_t>() : 0; };
    bool fits = false;
    if (rule == "$any")
        fits = true;
    else if (rule == "$not")
        fits = misfit(given, value, path).has_value();
    else if (rule == "$length")
        fits = value.is_array() && value.size() == given.get<std::size_t>();
    else if (rule == "$above")
        fits = value.is_number_integer() && number() > given.get<std::int64_t>();
    else if (rule == "$below")
        fits = value.is_number_integer() && number() < given.get<std::int64_t>();
    else if (rule == "$has") {
        for (const Json &entry : value.is_array() ? value : Json::array())
            fits = fits || !misfit(given, entry, path);
    } else
        throw Fault("there is no rule " + rule);
    if (fits)
        return std::nullopt;
    return path + " is " + brief(value) + ", not " + rule + " " + given.dump();
}

std::optional<std::string> misfit(const Json &pattern, const Json &value, const std::string &path)
{
    if (pattern.is_object() && pattern.size() == 1 && pattern.begin().key().front() == '$')
        return misfitOfRule(pattern.begin().key(), pattern.begin().value(), value, path);
    if (pattern.is_object() && value.is_object()) {
        for (const auto &[key, inner] : pattern.items()) {
            const auto found = value.find(key);
            if (found == value.end())
                return path + "." + key + " is missing";
            if (auto fault = misfit(inner, *found, path + "." + key))
                return fault;
        }
        return std::nullopt;
    }
    if (pattern.is_array() && value.is_array() && pattern.size() == value.size()) {
        for (std::size_t at = 0; at < pattern.size(); at++)
            if (auto fault = misfit(pattern[at], value[at], path + "[" + std::to_string(at) + "]"))
                return fault;
        return std::nullopt;
    }
    if (pattern == value)
        return std::nullopt;
    return path + " is " + brief(value) + ", not " + pattern.dump();
}

// What a listener heard, and how much of it was passed over.
struct Heard {
    std::mutex mutex;
    std::vector<std::pair<std::string, Json>> events;
    std::size_t passed = 0;
};

// An open client and its listener. What it heard outlives both.
struct Player {
    std::shared_ptr<Heard> heard;
    im::Client client;
    im::Listener listener;
};

class Stage {
public:
    explicit Stage(const std::string &dir) { variables_["dir"] = dir; }

    void play(const Json &steps)
    {
        for (std::size_t number = 0; number < steps.size(); number++) {
            try {
                step(steps[number]);
            } catch (const Fault &fault) {
                throw Fault("step " + std::to_string(number) + ", " + steps[number].dump().substr(0, 300) + "\n" +
                            fault.what());
            }
        }
    }

private:
    void step(const Json &raw)
    {
        static const std::map<std::string, std::set<std::string>> KEYS = {
            {"open", {"client", "config", "code", "desc", "data", "save"}},
            {"call", {"client", "method", "request", "text", "code", "desc", "data", "save"}},
            {"wait", {"client", "method", "request", "text", "code", "desc", "data", "save"}},
            {"hear", {"client", "event", "payload", "save"}},
            {"unheard", {"client", "event"}},
            {"close", {"client", "code"}},
            {"rename", {"from", "to"}},
            {"repeat", {"times", "as", "steps"}},
        };
        const std::string action = raw.at("do");
        const auto keys = KEYS.find(action);
        if (keys == KEYS.end())
            throw Fault("there is no step " + action);
        for (const auto &[key, value] : raw.items())
            if (key != "do" && keys->second.count(key) == 0)
                throw Fault(action + " has no " + key);
        if (action == "repeat") {
            for (std::int64_t turn = 0; turn < raw.at("times").get<std::int64_t>(); turn++) {
                variables_[raw.at("as").get<std::string>()] = turn;
                play(raw.at("steps"));
            }
            return;
        }
        const Json filled = fillIn(raw);
        if (action == "open")
            open(filled);
        else if (action == "call")
            call(filled);
        else if (action == "wait")
            eventually([&] { call(filled); });
        else if (action == "hear")
            eventually([&] { hear(filled); });
        else if (action == "unheard") {
            if (const auto found = find(filled))
                throw Fault("it is event " + std::to_string(found->first));
        } else if (action == "close")
            expectCode(filled, player(filled).client.close().code(), "");
        else
            std::filesystem::rename(filled.at("from").get<std::string>(), filled.at("to").get<std::string>());
    }

    void open(const Json &step)
    {
        const std::string name = step.at("client"), dir = variables_.at("dir");
        Json config = {{"dataDir", dir + "/" + name},
                       {"backend", {{"kind", "embedded"}, {"path", dir + "/service.db"}}}};
        config.update(step.at("config"));
        im::Result<im::Client> opened = im::Client::open(config.dump());
        if (!opened)
            return judge(step, opened.error(), Json());
        const im::Opened &data = opened->opened();
        const Json found = {{"userID", data.userID}, {"cache", std::string(im::detail::textOf(data.cache))}, {"salvaged", data.salvaged}};
        auto heard = std::make_shared<Heard>();
        im::Listener listener = opened
                                    ->addListener([heard](std::int32_t event, std::string_view payload) {
                                        const std::lock_guard lock(heard->mutex);
                                        heard->events.emplace_back(im_event_name(event), Json::parse(payload));
                                    })
                                    .value();
        players_.erase(name);
        players_.emplace(name, Player{heard, std::move(opened).value(), std::move(listener)});
        judge(step, im::Error{IM_STATUS_OK, ""}, found);
    }

    void call(const Json &step)
    {
        const std::string request = step.contains("text") ? step.at("text").get<std::string>()
                                                          : step.value("request", Json::object()).dump();
        const im::Result<std::string> answer = player(step).client.call(step.at("method"), request);
        if (answer)
            judge(step, im::Error{IM_STATUS_OK, ""}, Json::parse(*answer));
        else
            judge(step, answer.error(), Json());
    }

    void hear(const Json &step)
    {
        const auto found = find(step);
        Heard &heard = *player(step).heard;
        const std::lock_guard lock(heard.mutex);
        if (found) {
            heard.passed = found->first + 1;
            return save(step, found->second);
        }
        std::string all = "it heard only";
        for (std::size_t at = heard.passed; at < heard.events.size(); at++)
            all += "\n" + heard.events[at].first + " " + brief(heard.events[at].second);
        throw Fault(all);
    }

    // The place and the payload of the first event that fits and was not passed over.
    std::optional<std::pair<std::size_t, Json>> find(const Json &step)
    {
        Heard &heard = *player(step).heard;
        const std::lock_guard lock(heard.mutex);
        for (std::size_t at = heard.passed; at < heard.events.size(); at++) {
            const auto &[event, payload] = heard.events[at];
            if (event == step.at("event") &&
                (!step.contains("payload") || !misfit(step.at("payload"), payload, "payload")))
                return std::make_pair(at, payload);
        }
        return std::nullopt;
    }

    void judge(const Json &step, const im::Error &error, const Json &data)
    {
        expectCode(step, error.code, error.desc);
        if (step.contains("desc") && error.desc.find(step.at("desc").get<std::string>()) == std::string::npos)
            throw Fault("desc is " + error.desc);
        if (step.contains("data"))
            if (auto fault = misfit(step.at("data"), data, "data"))
                throw Fault(*fault);
        save(step, data);
    }

    static void expectCode(const Json &step, std::int32_t code, const std::string &desc)
    {
        if (code != step.value("code", 0))
            throw Fault("code is " + std::to_string(code) + " " + desc);
    }

    void save(const Json &step, const Json &value)
    {
        if (!step.contains("save"))
            return;
        for (const auto &[name, pointer] : step.at("save").items()) {
            const Json::json_pointer place(pointer.get<std::string>());
            if (!value.contains(place))
                throw Fault("nothing is at " + place.to_string());
            variables_[name] = value.at(place);
        }
    }

    Player &player(const Json &step)
    {
        const auto found = players_.find(step.at("client").get<std::string>());
        if (found == players_.end())
            throw Fault(step.at("client").get<std::string>() + " was never opened");
        return found->second;
    }

    // The value with every ${name} replaced.
    [[nodiscard]] Json fillIn(const Json &value) const
    {
        if (value.is_string())
            return fillInText(value);
        Json filled = value;
        if (value.is_structured())
            for (Json &inner : filled)
                inner = fillIn(inner);
        return filled;
    }

    [[nodiscard]] Json fillInText(const std::string &text) const
    {
        std::string filled;
        std::size_t from = 0;
        for (std::size_t at; (at = text.find("${", from)) != std::string::npos;) {
            const std::size_t end = text.find('}', at);
            const std::string name = text.substr(at + 2, end - at - 2);
            const auto variable = variables_.find(name);
            if (variable == variables_.end())
                throw Fault("there is no variable " + name);
            if (text.size() == name.size() + 3)
                return variable->second;
            const Json &value = variable->second;
            filled += text.substr(from, at - from) + (value.is_string() ? value.get<std::string>() : value.dump());
            from = end + 1;
        }
        return filled + text.substr(from);
    }

    // Tries until it works; the last fault when it never does.
    static void eventually(const std::function<void()> &attempt)
    {
        const auto until = std::chrono::steady_clock::now() + PATIENCE;
        for (;;) {
            try {
                return attempt();
            } catch (const Fault &) {
                if (std::chrono::steady_clock::now() > until)
                    throw;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
    }

    std::map<std::string, Json> variables_;
    std::map<std::string, Player> players_;
};

} // namespace

int main(int count, char **arguments)
{
    int faults = 0;
    for (int number = 2; number < count; number++) {
        const std::string dir = std::string(arguments[1]) + "/" + std::to_string(number);
        std::filesystem::create_directory(dir);
        std::ifstream file(arguments[number]);
        try {
            Stage(dir).play(Json::parse(file).at("steps"));
        } catch (const Fault &fault) {
            std::cerr << arguments[number] << ": " << fault.what() << "\n";
            faults++;
        }
    }
    std::cout << count - 2 - faults << " scenarios ended as written\n";
    return faults == 0 && count > 2 ? 0 : 1;
}
