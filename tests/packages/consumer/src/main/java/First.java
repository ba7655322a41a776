import im.libim.Client;
import im.libim.Config;
import im.libim.Conversation;
import im.libim.NewMessage;

/** The first program of the Kotlin README, as one writes it in Java. */
public class First {
    public static void main(String[] arguments) {
        try (Client alice = Client.open(new Config("java-data", "alice"))) {
            alice.sendMessage(NewMessage.textToUser("bob", "Hello, Bob"));
            for (Conversation conversation : alice.getConversationList().getConversationList()) {
                System.out.println(conversation.getShowName());
            }
        }
    }
}
