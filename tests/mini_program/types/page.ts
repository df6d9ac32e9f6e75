// A merchant's page as their developer writes it; tsc says whether the typings let them, and keep them from mistakes.
import type { ChatEvent, ChatMethods, ChatProperties, HandoverDetail } from "../../../channels/mini_program/client/types";

const shown: Partial<ChatProperties> = { server: "https://chat.example.com", shop: "tea", locale: "en", orderNo: "O-1" };

Component({
  data: shown,
  methods: {
    onReady(event: ChatEvent<"ready">) {
      wx.setNavigationBarTitle({ title: event.detail.conversation });
    },
    onProblem({ detail }: ChatEvent<"problem">) {
      if (detail.status === 401) (this.selectComponent("#chat") as unknown as ChatMethods).identify("a.new.jwt", "O-1");
    },
    onCase({ detail }: ChatEvent<"case">) {
      const amount: number = detail.amount;
      wx.showToast({ title: `${detail.case_no} ${amount} ${detail.currency}` });
    },
    onHandover({ detail }: { detail: HandoverDetail }) {
      const chat = this.selectComponent("#chat") as unknown as ChatMethods;
      if (detail.holder === "bot") chat.act("start:refund", "Refund");
      else chat.say("hello");
    },
  },
});

// @ts-expect-error  a property of another kind
const wrongProperty: Partial<ChatProperties> = { shop: 7 };
// @ts-expect-error  a language that the chat does not speak
const wrongLocale: Partial<ChatProperties> = { locale: "fr" };
// @ts-expect-error  an event that it does not have
type WrongEvent = ChatEvent<"closed">;
// @ts-expect-error  a holder that there is not
const wrongHolder: HandoverDetail = { holder: "shop", agent: "" };
// @ts-expect-error  words are needed
const wrongCall = (chat: ChatMethods) => chat.say();

export { wrongCall, wrongHolder, wrongLocale, wrongProperty };
export type { WrongEvent };
