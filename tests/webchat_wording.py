"""Dutch and French of the web chat's own texts, for tests that need no catalogue."""

from __future__ import annotations

from collections.abc import Mapping

DUTCH: Mapping[str, str] = {
    "You chat with a computer, not with a person.": "Je chat met een computer, niet met een mens.",
    "It asks short questions about work. Then you can choose a talk with a coach.": (
        "Je krijgt korte vragen over werk. Daarna kan je een gesprek met een coach kiezen."
    ),
    "It takes about 10 minutes. You may stop. You can go on later.": (
        "Het duurt ongeveer 10 minuten. Je mag stoppen. Je kan later verdergaan."
    ),
    "Do you want to talk to a person?": "Wil je liever met een mens praten?",
    "What happens with your answers?": "Wat gebeurt er met je antwoorden?",
    'Type "my data" to see what we keep. Type "erase everything" to delete it.': (
        'Typ "mijn gegevens" om te zien wat we bewaren. Typ "wis alles" om het te wissen.'
    ),
    "One small cookie remembers your chat on this device. There is nothing else in it.": (
        "Eén klein cookie onthoudt je chat op dit toestel. Er staat niets anders in."
    ),
    "Start in English": "Start in het Nederlands",
    "This is a translation of the Dutch text.": "Dit is een vertaling van de Nederlandse tekst.",
    "This chat needs JavaScript. Please call us or visit us.": (
        "Deze chat heeft JavaScript nodig. Bel ons of kom langs."
    ),
    "Conversation": "Gesprek",
    "The assistant says:": "De assistent zegt:",
    "You said:": "Jij zei:",
    "Choose an answer": "Kies een antwoord",
    "More buttons": "Meer knoppen",
    "Your answer": "Jouw antwoord",
    "Type your answer": "Typ je antwoord",
    "Send": "Stuur",
    "Sending …": "Aan het sturen …",
    "Saved": "Bewaard",
    "Not sent yet. We keep trying.": "Nog niet verstuurd. We blijven proberen.",
    "This was not sent.": "Dit is niet verstuurd.",
    "Try again": "Probeer opnieuw",
    "No connection. Your answers wait here.": "Geen verbinding. Je antwoorden wachten hier.",
    "Private answer": "Privé-antwoord",
    "A person": "Een mens",
    "person": "mens",
    "Menu": "Menu",
    "Language": "Taal",
    "Forget me on this device": "Vergeet mij op dit toestel",
    "This is for a shared phone or computer. Your coach keeps your answers.": (
        "Dit is voor een gsm of computer die je deelt. Je coach bewaart je antwoorden."
    ),
    "Yes, forget me here": "Ja, vergeet mij hier",
    "No, go on": "Nee, ga verder",
    "This chat is no longer on this device.": "Deze chat staat niet meer op dit toestel.",
    "Start again": "Begin opnieuw",
    "Go to your answer": "Ga naar je antwoord",
    "New message": "Nieuw bericht",
    "Please wait a moment. We send it again.": "Wacht even. We sturen het opnieuw.",
    "This text is too long. Please make it shorter.": "Deze tekst is te lang. Maak hem korter.",
    "We could not read this. Please try again.": "We konden dit niet lezen. Probeer opnieuw.",
    "This did not come from our page. Please open the chat again.": (
        "Dit kwam niet van onze pagina. Open de chat opnieuw."
    ),
    "This button no longer works.": "Deze knop werkt niet meer.",
    "Type your answer or tap a button.": "Typ je antwoord of tik op een knop.",
    "Are you looking for work? Do you want help with that?": "Zoek je werk? Wil je daar hulp bij?",
    "Chat with us first. It takes about 10 minutes. Then you can choose a talk with a coach.": (
        "Chat eerst met ons. Dat duurt ongeveer 10 minuten. Daarna kan je een gesprek met een coach kiezen."
    ),
    "Choose your service": "Kies je dienst",
    "For staff": "Voor medewerkers",
    "We do not know this page.": "Deze pagina kennen we niet.",
}

FRENCH: Mapping[str, str] = {
    "You chat with a computer, not with a person.": "Vous parlez avec un ordinateur, pas avec une personne.",
    "It asks short questions about work. Then you can choose a talk with a coach.": (
        "Il pose des questions courtes sur le travail. Après, vous pouvez choisir un rendez-vous avec un coach."
    ),
    "It takes about 10 minutes. You may stop. You can go on later.": (
        "Cela prend environ 10 minutes. Vous pouvez arrêter et continuer plus tard."
    ),
    "Do you want to talk to a person?": "Voulez-vous parler à une personne ?",
    "What happens with your answers?": "Que deviennent vos réponses ?",
    'Type "my data" to see what we keep. Type "erase everything" to delete it.': (
        "Tapez « mes données » pour voir ce que nous gardons. Tapez « tout effacer » pour l'effacer."
    ),
    "One small cookie remembers your chat on this device. There is nothing else in it.": (
        "Un petit cookie retient votre chat sur cet appareil. Il ne contient rien d'autre."
    ),
    "Start in English": "Commencer en français",
    "This is a translation of the Dutch text.": "Ceci est une traduction du texte néerlandais.",
    "This chat needs JavaScript. Please call us or visit us.": (
        "Ce chat a besoin de JavaScript. Appelez-nous ou venez nous voir."
    ),
    "Conversation": "Conversation",
    "The assistant says:": "L'assistant dit :",
    "You said:": "Vous avez dit :",
    "Choose an answer": "Choisissez une réponse",
    "More buttons": "Plus de boutons",
    "Your answer": "Votre réponse",
    "Type your answer": "Tapez votre réponse",
    "Send": "Envoyer",
    "Sending …": "Envoi …",
    "Saved": "Enregistré",
    "Not sent yet. We keep trying.": "Pas encore envoyé. Nous essayons encore.",
    "This was not sent.": "Ceci n'est pas envoyé.",
    "Try again": "Essayer encore",
    "No connection. Your answers wait here.": "Pas de connexion. Vos réponses attendent ici.",
    "Private answer": "Réponse privée",
    "A person": "Une personne",
    "person": "personne",
    "Menu": "Menu",
    "Language": "Langue",
    "Forget me on this device": "Oubliez-moi sur cet appareil",
    "This is for a shared phone or computer. Your coach keeps your answers.": (
        "C'est pour un gsm ou un ordinateur partagé. Votre coach garde vos réponses."
    ),
    "Yes, forget me here": "Oui, oubliez-moi ici",
    "No, go on": "Non, continuer",
    "This chat is no longer on this device.": "Ce chat n'est plus sur cet appareil.",
    "Start again": "Recommencer",
    "Go to your answer": "Aller à votre réponse",
    "New message": "Nouveau message",
    "Please wait a moment. We send it again.": "Attendez un instant. Nous l'envoyons encore.",
    "This text is too long. Please make it shorter.": "Ce texte est trop long. Écrivez moins, s'il vous plaît.",
    "We could not read this. Please try again.": "Nous n'avons pas pu lire ceci. Essayez encore.",
    "This did not come from our page. Please open the chat again.": (
        "Ceci ne vient pas de notre page. Ouvrez le chat encore une fois."
    ),
    "This button no longer works.": "Ce bouton ne marche plus.",
    "Type your answer or tap a button.": "Tapez votre réponse ou choisissez un bouton.",
    "Are you looking for work? Do you want help with that?": "Vous cherchez du travail ? Vous voulez de l'aide ?",
    "Chat with us first. It takes about 10 minutes. Then you can choose a talk with a coach.": (
        "Parlez d'abord avec nous par chat. Cela prend environ 10 minutes. "
        "Après, vous pouvez choisir un rendez-vous avec un coach."
    ),
    "Choose your service": "Choisissez votre service",
    "For staff": "Pour le personnel",
    "We do not know this page.": "Nous ne connaissons pas cette page.",
}


def translate(source: str, language: str) -> str:
    return {"nl": DUTCH, "fr": FRENCH}.get(language, {}).get(source, source)
