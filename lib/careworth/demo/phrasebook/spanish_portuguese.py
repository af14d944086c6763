"""The same talk in Spanish and Portuguese."""

_ES = {
    "complaint": """
Hola, el wifi de {room_es} no funciona desde hace {ago_es}. ¿Pueden hacer algo?
Sigo sin el reembolso de {amount}. {ref}
Ruido hasta las {hour_es} debajo de la ventana en {house}. Inaceptable.
Me han cobrado dos veces {ref}, ¿por qué?
No puedo reservar, la página de pago se queda colgada
Habitación sucia, ducha fría y nadie en recepción. {house}
¿Sería posible una respuesta después de {ago_es}?
La app se cierra cada vez que abro {ref}
""",
    "question": """
Buenas, ¿a qué hora se puede entrar en {house}? ¡Gracias de antemano!
¿Aceptan perros en {house}?
¿Hay aparcamiento en {house}?
¿El desayuno va incluido en {ref}?
¿Puedo mover {ref} un día?
¿Me recomiendan un sitio para cenar en {city}?
""",
    "request": """
Por favor, añadan una cuna a {ref}. Gracias
¿Me pueden mandar la factura de {ref}?
¿Pueden reservar mesa para dos sobre las {hour_es}?
Quisiera una habitación tranquila para {ref}
""",
    "praise": """
¡Qué fin de semana en {house}!
Ni una pega, {house} es un diez. Gracias a todos
Personal encantador y cama de lujo. Volveremos.
""",
    "info": """
Es {ref}
{ref}, a mi nombre
{house}, desde el viernes
Pagué con tarjeta, acaba en ####
""",
    "nag": """
¿Alguna novedad?
¿Hola?
¿Hay alguien?
""",
    "ack": """
Vale
De acuerdo
Perfecto, ya va
Entendido
""",
    "pushback": """
No funciona, ya lo probé.
Sigo sin recibir nada.
Eso ya me lo dijeron la otra vez.
""",
    "thanks": """
¡Gracias!
Muchas gracias por la ayuda
¡Genial, gracias {agent}!
Mil gracias, ya está todo
graciasss 😊
Muy agradecida por la rapidez
Se lo agradezco mucho
Ya funciona, gracias a ustedes
¡Sois los mejores, {agent}!
Qué amable, {agent}, nos has salvado el viaje
""",
    "advance": """
Es {ref}, gracias de antemano
{ref}. ¡Gracias por adelantado!
""",
    "declined": """
No, gracias, así está bien
No gracias
""",
    "sarcastic": """
Gracias por nada.
Genial, gracias, y yo sin habitación todavía
Gracias por arruinar nuestro aniversario 🙄
""",
    "ask": """
¡Lo sentimos! ¿Cuál es su número de reserva? {sign}
Hola, ¿de qué hotel se trata? {sign}
""",
    "answer": """
Disculpe, ya está solucionado. {sign}
Hola, sí se puede, queda anotado en {ref}. {sign}
Lo sentimos, los {amount} salieron hoy. {sign}
Buenas, la entrada es desde las 15. {sign}
""",
    "soft": """
Envíenos un mensaje privado con sus datos, por favor. {sign}
""",
    "hard": """
Llámenos al +31 20 555 01## y lo arreglamos. {sign}
""",
    "welcome": """
¡De nada! {sign}
""",
    "delight": """
¡Qué alegría leerle, hasta pronto! {sign}
""",
    "room_es": """
la habitación ###
nuestra habitación
""",
    "ago_es": """
dos días
una semana
tres semanas
una hora
""",
    "hour_es": """
siete
dos de la madrugada
ocho
""",
}
_PT = {
    "complaint": """
Olá, o wifi do {room_pt} não funciona há {ago_pt}. Podem resolver?
Ainda não recebi o reembolso de {amount}. {ref}
Barulho até às {hour_pt} debaixo da janela no {house}. Inaceitável.
Cobraram duas vezes {ref}, porquê?
Não consigo reservar, a página de pagamento não avança
Quarto sujo, duche frio e ninguém na receção. {house}
Seria possível uma resposta depois de {ago_pt}?
A app fecha sempre que abro {ref}
""",
    "question": """
Olá, a que horas é o check-in no {house}? Obrigada desde já!
Aceitam cães no {house}?
Há estacionamento no {house}?
O pequeno-almoço está incluído em {ref}?
Posso mudar {ref} um dia?
Onde recomendam jantar em {city}?
""",
    "request": """
Por favor, um berço para {ref}. Obrigado
Podem enviar a fatura de {ref}?
Podem reservar mesa para dois pelas {hour_pt}?
Queria um quarto sossegado para {ref}
""",
    "praise": """
Que fim de semana no {house}!
Nada a apontar, {house} é excelente. Obrigada a todos
Pessoal simpático e cama ótima. Voltaremos.
""",
    "info": """
É {ref}
{ref}, em meu nome
{house}, a partir de sexta
Paguei com cartão, termina em ####
""",
    "nag": """
Novidades?
Olá?
Está aí alguém?
""",
    "ack": """
Ok
Está bem
Perfeito, já dá
Combinado
""",
    "pushback": """
Não funciona, já tentei.
Continuo sem receber nada.
Isso já me disseram da outra vez.
""",
    "thanks": """
Obrigada!
Muito obrigado pela ajuda
Ótimo, obrigada {agent}!
Mil obrigados, está resolvido
obrigadaaa 😊
Agradeço imenso a rapidez
Valeu, {agent}!
Já funciona, obrigado a vocês
Vocês são incríveis, {agent}!
Que querida, {agent}, salvou a viagem
""",
    "advance": """
É {ref}, obrigada desde já
{ref}. Obrigado antecipadamente!
""",
    "declined": """
Não, obrigada, está bem assim
Não obrigado
""",
    "sarcastic": """
Obrigado por nada.
Que bom, obrigada, e ainda sem quarto
Obrigado por estragarem o nosso aniversário 🙄
""",
    "ask": """
Lamentamos! Qual é o número da reserva? {sign}
Olá, de que hotel se trata? {sign}
""",
    "answer": """
Pedimos desculpa, já está resolvido. {sign}
Olá, é possível e fica anotado em {ref}. {sign}
Lamentamos, os {amount} saíram hoje. {sign}
Olá, o check-in é a partir das 15. {sign}
""",
    "soft": """
Envie-nos uma mensagem privada com os seus dados. {sign}
""",
    "hard": """
Ligue para +31 20 555 01## e tratamos de tudo. {sign}
""",
    "welcome": """
De nada! {sign}
""",
    "delight": """
Que bom ler isto, até breve! {sign}
""",
    "room_pt": """
quarto ###
nosso quarto
""",
    "ago_pt": """
dois dias
uma semana
três semanas
uma hora
""",
    "hour_pt": """
sete
duas da manhã
oito
""",
}
BLOCKS = {"es": _ES, "pt": _PT}
