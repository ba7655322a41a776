// A program as a Java developer writes it: defaults left out, one method of a listener, an executor. `Usage DIR`
import im.libim.Client;
import im.libim.Config;
import im.libim.Conversation;
import im.libim.CustomElem;
import im.libim.ElemType;
import im.libim.HistoryQuery;
import im.libim.Listener;
import im.libim.Message;
import im.libim.MessageStatus;
import im.libim.NewMessage;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

public class Usage {
    public static void main(String[] arguments) throws Exception {
        CountDownLatch sent = new CountDownLatch(1);
        CountDownLatch onExecutor = new CountDownLatch(2);
        ExecutorService executor = Executors.newSingleThreadExecutor(task -> new Thread(task, "the app's"));
        try (Client client = Client.open(new Config(arguments[0], "x"))) {
            client.addListener(new Listener() {
                @Override
                public void onMessageStatusChanged(Message message) {
                    sent.countDown();
                }
            });
            client.addListener(executor, new Listener() {
                @Override
                public void onMessageStatusChanged(Message message) {
                    // A method that waits for the server is no fault here.
                    boolean isHere = Thread.currentThread().getName().equals("the app's");
                    if (isHere && client.waitUntilSent(message.getMsgID()).getStatus() == MessageStatus.SENT) onExecutor.countDown();
                }
            });
            client.login();
            client.sendMessage(NewMessage.textToUser("y", "hi"));
            Message message = client.sendAndWait(NewMessage.textToUser("y", "you"));
            check(message.getConversationID().equals("c2c_y") && message.getSenderName().equals("x"));
            check(message.getTimestamp().isAfter(Instant.EPOCH) && message.getElemType() == ElemType.TEXT);
            check(client.getHistoryMessageList(new HistoryQuery("y")).size() == 2);
            check(client.getConversationList().getConversationList().size() == 1);
            int walked = 0;
            for (Conversation conversation : client.conversations()) walked += conversation.getLastMessage().getPreview().equals("you") ? 1 : 9;
            List<String> previews = new CopyOnWriteArrayList<>();
            client.getAsync().forEachMessage("c2c_y", each -> previews.add(each.getPreview())).get(1, TimeUnit.MINUTES);
            check(walked == 1 && previews.equals(Arrays.asList("you", "hi")));
            check(client.unreadMessages("c2c_y").isEmpty() && new CustomElem("data").getDesc().isEmpty());
            check(sent.await(1, TimeUnit.MINUTES) && onExecutor.await(1, TimeUnit.MINUTES));
        }
        executor.shutdown();
        check(executor.awaitTermination(1, TimeUnit.MINUTES));
    }

    private static void check(boolean isTrue) {
        if (!isTrue) throw new AssertionError();
    }
}
