"""Plays pywa, unchanged: one JSON request per line on stdin, one JSON answer per line on stdout."""

import base64
import json
import sys
import traceback
from urllib.parse import urlsplit

import httpx
from pywa import WhatsApp
from pywa.types import (
    Button,
    CallPermissionRequestButton,
    Contact,
    ContactInfoRequestButton,
    FlowActionType,
    FlowButton,
    FlowCategory,
    ImageCarouselCard,
    ProductsSection,
    Section,
    SectionList,
    SectionRow,
    URLButton,
    VoiceCallButton,
)
from pywa.types.calls import CallPermissions, SessionDescription
from pywa.types.templates import BodyText, QuickReplyButton, TemplateLanguage
from pywa.utils import webhook_updates_validator

METAS_HOST = "graph.facebook.com"
BODY = "¿Qué prefieres?"


class MovedTransport(httpx.HTTPTransport):
    """Requests for Meta's host go to the target's; nothing else of them is touched."""

    def __init__(self, origin: str) -> None:
        super().__init__()
        self.place = urlsplit(origin)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.host == METAS_HOST:
            place = self.place
            request.url = request.url.copy_with(
                scheme=place.scheme, host=place.hostname, port=place.port
            )
            request.headers["host"] = place.netloc
        return super().handle_request(request)


def client_for(target: dict) -> WhatsApp:
    return WhatsApp(
        phone_id=target["phoneNumberId"],
        token=target["token"],
        waba_id=target["wabaId"],
        app_secret=target["appSecret"],
        session=httpx.Client(transport=MovedTransport(target["origin"])),
        server=None,
    )


def ana() -> Contact:
    return Contact(
        name=Contact.Name(formatted_name="Ana Ruiz", first_name="Ana"),
        phones=[Contact.Phone(phone="+573001112233", type="CELL")],
    )


def flow() -> FlowButton:
    return FlowButton(
        title="Reservar",
        flow_id="1",
        flow_token="ficha",
        flow_action_type=FlowActionType.NAVIGATE,
        flow_action_screen="INICIO",
    )


def cards() -> list:
    button = URLButton(title="Ver", url="https://example.com/")
    return [
        ImageCarouselCard(body="Pan", image=f"https://example.com/{n}.png", buttons=button)
        for n in range(2)
    ]


SENDS = {
    "text": lambda wa, t: wa.send_message(t["customer"], "hola"),
    "reply": lambda wa, t: wa.send_message(
        t["customer"], "a eso voy", reply_to_message_id=t["wamid"]
    ),
    "image": lambda wa, t: wa.send_image(t["customer"], t["media"]["image"], caption="una foto"),
    "imageLink": lambda wa, t: wa.send_image(t["customer"], "https://example.com/a.png"),
    "video": lambda wa, t: wa.send_video(t["customer"], t["media"]["video"]),
    "audio": lambda wa, t: wa.send_audio(t["customer"], t["media"]["audio"]),
    "voice": lambda wa, t: wa.send_voice(t["customer"], t["media"]["voice"]),
    "document": lambda wa, t: wa.send_document(
        t["customer"], t["media"]["document"], filename="lista.pdf"
    ),
    "sticker": lambda wa, t: wa.send_sticker(t["customer"], t["media"]["sticker"]),
    "location": lambda wa, t: wa.send_location(t["customer"], 4.6, -74.08, "Plaza", "Bogotá"),
    "contacts": lambda wa, t: wa.send_contact(t["customer"], ana()),
    "reaction": lambda wa, t: wa.send_reaction(t["customer"], "👍", t["wamid"]),
    "buttons": lambda wa, t: wa.send_message(
        t["customer"], BODY, buttons=[Button("Sí", "si"), Button("No", "no")]
    ),
    "list": lambda wa, t: wa.send_message(
        t["customer"],
        BODY,
        buttons=SectionList("Ver", [Section("Panes", [SectionRow("Pan", "1", "de centeno")])]),
    ),
    "ctaUrl": lambda wa, t: wa.send_message(
        t["customer"], BODY, buttons=URLButton("Abrir", "https://example.com/")
    ),
    "flow": lambda wa, t: wa.send_message(t["customer"], BODY, buttons=flow()),
    "product": lambda wa, t: wa.send_product(t["customer"], "900", "pan-1", body=BODY),
    "productList": lambda wa, t: wa.send_products(
        t["customer"], "900", [ProductsSection("Panes", ["pan-1"])], "Catálogo", BODY
    ),
    "catalog": lambda wa, t: wa.send_catalog(t["customer"], BODY, thumbnail_product_sku="pan-1"),
    "locationRequest": lambda wa, t: wa.request_location(t["customer"], BODY),
    "callPermission": lambda wa, t: wa.send_message(
        t["customer"], BODY, buttons=CallPermissionRequestButton()
    ),
    "contactInfo": lambda wa, t: wa.request_contact_info(t["customer"], BODY),
    "voiceCall": lambda wa, t: wa.send_message(
        t["customer"], BODY, buttons=VoiceCallButton("Llamar")
    ),
    "carousel": lambda wa, t: wa.send_carousel(t["customer"], body=BODY, cards=cards()),
    "template": lambda wa, t: wa.send_template(
        t["customer"],
        "pedido_listo",
        TemplateLanguage.SPANISH,
        [BodyText.params("Ana", "A-17")],
    ),
    "templateButtons": lambda wa, t: wa.send_template(
        t["customer"],
        "confirmar_cita",
        TemplateLanguage.SPANISH,
        [
            BodyText.params("Ana", "lunes"),
            QuickReplyButton.params(callback_data="si", index=0),
        ],
    ),
}


def play_flow(wa: WhatsApp, broken: str, mended: str) -> dict:
    made = wa.create_flow("Cita (pywa)", [FlowCategory.APPOINTMENT_BOOKING], flow_json=broken)
    updated = wa.update_flow_json(made.id, mended)
    if updated.validation_errors:
        raise ValueError(updated.validation_errors)
    wa.update_flow_metadata(made.id, endpoint_uri="https://example.com/flujo")
    if not wa.publish_flow(made.id):
        raise ValueError("not published")
    found = [flow for flow in wa.get_flows() if flow.id == made.id]
    assets = list(wa.get_flow_assets(made.id))
    if len(found) != 1 or len(assets) != 1:
        raise ValueError("not listed")
    return {
        "problems": [problem.error for problem in made.validation_errors or ()],
        "status": wa.get_flow(made.id).status.value,
    }


def parse(wa: WhatsApp, body: bytes) -> dict:
    seen = []

    @wa.on_message
    def _(_: WhatsApp, message) -> None:
        seen.append({"wamid": message.id, "text": message.text})

    @wa.on_message_status
    def _(_: WhatsApp, status) -> None:
        seen.append({"wamid": status.id, "status": str(status.status.value).lower()})

    wa.webhook_update_handler(body)
    return seen[0]


OFFER = SessionDescription(sdp_type="offer", sdp="v=0\r\no=pywa")
ANSWER = SessionDescription(sdp_type="answer", sdp="v=0\r\no=pywa answers")


def group(wa: WhatsApp, request: dict) -> dict:
    details = wa.get_group(request["groupId"])
    return {
        "subject": details.subject,
        "people": [person.wa_id for person in details.participants],
        "link": wa.get_group_invite_link(request["groupId"]).link,
    }


def read_groups_and_calls(wa: WhatsApp, body: bytes) -> list:
    seen = []

    @wa.on_group_message_statuses
    def _(_: WhatsApp, update) -> None:
        for status in update:
            seen.append([update.group_id, status.id, str(status.status.value).lower()])

    @wa.on_call_connect
    def _(_: WhatsApp, call) -> None:
        seen.append(["connect", call.id, call.from_user.wa_id, call.session.sdp])
        if call.direction.value == "USER_INITIATED":
            seen.append(["accepted", bool(call.accept(ANSWER))])

    @wa.on_call_status
    def _(_: WhatsApp, call) -> None:
        seen.append([str(call.status.value), call.id])

    @wa.on_call_terminate
    def _(_: WhatsApp, call) -> None:
        seen.append(["terminate", call.id, str(call.status.value), call.duration])

    @wa.on_call_permission_update
    def _(_: WhatsApp, update) -> None:
        seen.append(["permission", str(update.response.value)])

    wa.webhook_update_handler(body)
    return seen


def answer(request: dict):
    target, what = request["target"], request["what"]
    wa = client_for(target)
    if what == "send":
        return SENDS[request["row"]](wa, target).id
    if what == "markRead":
        return bool(wa.mark_message_as_read(target["wamid"]))
    if what == "typing":
        return bool(wa.indicate_typing(target["wamid"]))
    if what == "upload":
        file = base64.b64decode(request["file"])
        return wa.upload_media(file, mime_type=request["mimeType"], filename="archivo").id
    if what == "download":
        url = wa.get_media_url(request["mediaId"]).url
        return base64.b64encode(wa.get_media_bytes(url)).decode()
    if what == "flows":
        return play_flow(wa, request["broken"], request["mended"])
    if what == "templates":
        return [template.name for template in wa.get_templates()]
    if what == "createGroup":
        return wa.create_group(subject="Equipo", description="Todos").request_id
    if what == "group":
        return group(wa, request)
    if what == "sendToGroup":
        return wa.send_message(request["groupId"], "hola a todos").id
    if what == "callPermission":
        # `wa.get_call_permissions` of 4.5.0 fails for a phone number before it asks anything.
        said = wa.api.get_call_permissions(wa.phone_id, target["customer"], None)
        return str(CallPermissions.from_dict(said).permission.status.value)
    if what == "dial":
        return wa.initiate_call(target["customer"], OFFER, tracker="pedido-9").id
    if what == "hangUp":
        return bool(wa.terminate_call(request["callId"]))
    body = base64.b64decode(request["body"])
    if what == "groupsAndCalls":
        return read_groups_and_calls(wa, body)
    if what == "verify":
        return webhook_updates_validator(target["appSecret"], body, request["signature"])
    if what == "parse":
        return parse(wa, body)
    raise ValueError(what)


for line in sys.stdin:
    try:
        said = {"ok": answer(json.loads(line))}
    except Exception:  # noqa: BLE001 whatever the client raises is the answer
        said = {"error": traceback.format_exc()}
    print(json.dumps(said), flush=True)
