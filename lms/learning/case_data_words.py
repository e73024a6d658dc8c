"""Words by which the guard tells names of people from those of institutions and places.

All are in small letters without accents. The given names are frequent ones of Peru; none belongs to
anybody.
"""

PARTICLES = frozenset(["de", "del", "la", "las", "los", "y", "e", "da", "do", "san", "santa", "the", "of", "and"])

INSTITUTION_WORDS = frozenset(
    ["adolescente", "adolescentes", "alcaldia", "anexo", "anual", "atencion", "bienestar", "buen", "buenas", "ciencias", "ciudadana", "codigos", "complejo", "contra", "cooperacion", "criminal", "criminalistica", "cultura", "defensa", "delito", "delitos", "desarrollo", "dia", "dias", "digital", "educacion", "especial", "especializada", "estadistica", "estrategico", "flujo", "formulario", "gestion", "indigena", "indigenas", "inclusion", "informe", "infancia", "intersectorial", "investigacion", "jornada", "justicia", "legal", "libertad", "local", "manos", "migrante", "migrantes", "multisectorial", "mundial", "ninas", "ninos", "operativa", "operativo", "penal", "personas", "perteneciente", "pnp", "practicas", "prevencion", "primera", "primero", "principal", "proteccion", "provincial", "pueblos", "regional", "seccion", "semana", "social", "temporal", "trabajo", "transporte", "trata", "trato", "tratado", "turismo", "union", "violencia", "academia", "accion", "acuerdo", "administracion", "agencia", "alta", "ambiente", "archivo", "area", "asamblea", "asociacion", "autoridad", "ayuda", "bureau", "camara", "camaras", "capitulo", "caso", "casa", "centro", "centros", "circular", "codigo", "comando", "comisaria", "comision", "comite", "comunidad", "concejo", "congreso", "consejo", "constitucion", "consulado", "convencion", "convenio", "convention", "coordinacion", "corte", "court", "cuna", "declaracion", "decreto", "defensoria", "delegacion", "demuna", "departamento", "depincri", "derechos", "despacho", "dinincri", "direccion", "directiva", "direccion", "distrito", "division", "ejercito", "embajada", "emergencia", "equipo", "escuela", "estado", "estatuto", "estrategia", "familia", "federacion", "fiscal", "fiscales", "fiscalia", "fiscalias", "foro", "fuerza", "fundacion", "gerencia", "gobierno", "grupo", "guia", "hogar", "hospital", "iglesia", "inspectoria", "instituto", "institucion", "internacional", "jefatura", "juez", "juzgado", "juzgados", "ley", "leyes", "libro", "linea", "manual", "marina", "mesa", "metodo", "migraciones", "ministerio", "ministra", "ministro", "modulo", "municipalidad", "mujer", "nacional", "nacionales", "naciones", "oficina", "organismo", "organizacion", "organizaciones", "parlamento", "plan", "police", "policia", "policial", "politica", "poder", "posta", "prefectura", "presidencia", "procuraduria", "programa", "protocolo", "protocol", "proyecto", "publica", "publico", "red", "registro", "reglamento", "region", "relaciones", "reniec", "republica", "resolucion", "ruta", "salud", "secretaria", "sector", "seguridad", "seguro", "serenazgo", "servicio", "servicios", "sistema", "sociedad", "sunafil", "superintendencia", "terminal", "tribunal", "unidad", "unidas", "universidad", "ugel", "victimas", "vulnerables", "zona", "act", "agency", "assembly", "attorney", "center", "centre", "child", "children", "code", "committee", "constitution", "council", "department", "district", "division", "family", "government", "health", "high", "hotline", "human", "institute", "international", "interior", "justice", "labor", "labour", "law", "line", "ministry", "national", "nations", "office", "organization", "palermo", "plan", "police", "policy", "program", "programme", "prosecutor", "protection", "protocol", "public", "refugee", "registry", "rights", "safety", "section", "security", "service", "services", "social", "state", "states", "unit", "united", "university", "victims", "witness", "women"]
)

PLACE_WORDS = frozenset(
    ["alto", "amazonas", "america", "ancash", "andahuaylas", "andes", "apurimac", "arequipa", "argentina", "asia", "ayacucho", "barranca", "barranco", "bolivia", "brasil", "brazil", "brena", "cajamarca", "callao", "camana", "canete", "carabayllo", "cerro", "chachapoyas", "chiclayo", "chile", "chimbote", "chincha", "chorrillos", "chosica", "colombia", "comas", "costa", "cusco", "cuzco", "desaguadero", "dios", "ecuador", "espana", "espinar", "europa", "ferrenafe", "grande", "huacho", "huamanga", "huancavelica", "huancayo", "huanuco", "huaraz", "ica", "ilo", "inapari", "independencia", "iquitos", "jaen", "jauja", "juliaca", "junin", "kingdom", "lambayeque", "latina", "lima", "lince", "loreto", "lurigancho", "lurin", "madre", "maldonado", "mar", "mayo", "mexico", "miraflores", "moquegua", "moyobamba", "norte", "nueva", "olivos", "oriente", "paita", "pampa", "pasco", "peru", "piura", "porres", "porvenir", "primavera", "pucallpa", "pueblo", "puerto", "puno", "quillabamba", "rico", "rimac", "rioja", "salvador", "santiago", "spain", "sullana", "sur", "surco", "surquillo", "tacna", "talara", "tambopata", "tarapoto", "tarma", "tingo", "triunfo", "trujillo", "tumbes", "ucayali", "union", "united", "valle", "vegueta", "venezuela", "ventanilla", "verde", "villa", "vitarte", "yunguyo", "yurimaguas", "zarumilla"]
)

PLACES = (
    "San Juan de Lurigancho",
    "San Juan de Miraflores",
    "San Martín de Porres",
    "Villa María del Triunfo",
    "Villa El Salvador",
    "Pueblo Libre",
    "Jesús María",
    "Madre de Dios",
    "Santa Rosa de Quives",
    "Santa Rosa",
    "San Martín",
    "San Isidro",
    "San Miguel",
    "San Borja",
    "San Luis",
    "Santa Anita",
    "Santa María",
    "San Román",
    "José Leonardo Ortiz",
    "Víctor Larco Herrera",
    "Mariscal Cáceres",
    "Mariano Melgar",
    "Jorge Chávez",
    "Alto Selva Alegre",
    "Cerro Colorado",
    "La Libertad",
    "La Victoria",
    "La Molina",
    "La Pampa",
    "La Rinconada",
    "Delta Uno",
    "Cruz Roja",
    "Puerto Maldonado",
    "El Agustino",
)
"""Places whose names look like those of people; longer ones first."""

NO_NAME_WORDS = frozenset(
    ["enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "setiembre", "septiembre", "octubre", "noviembre", "diciembre", "lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december", "senor", "senora", "senorita", "sr", "sra", "srta", "don", "dona", "doctor", "doctora", "dr", "dra", "licenciada", "licenciado", "ingeniero", "ingeniera", "mayor", "capitan", "capitana", "teniente", "alferez", "coronel", "general", "suboficial", "tecnico", "tecnica", "superior", "brigadier", "mr", "mrs", "ms", "miss", "sir", "madam", "internet", "facebook", "whatsapp", "instagram", "tiktok", "messenger", "google", "dios", "biblia", "espanol", "ingles", "quechua", "aimara", "ashaninka", "awajun", "spanish", "english", "word", "excel", "zoom"]
)

GIVEN_NAMES = frozenset(
    ["abel", "abigail", "adriana", "adrian", "agustin", "aida", "alan", "alberto", "aldo", "alejandra", "alejandro", "alex", "alexander", "alexandra", "alfonso", "alfredo", "alicia", "alonso", "alvaro", "amanda", "amelia", "ana", "anderson", "andrea", "andres", "angel", "angela", "angelica", "anibal", "antonia", "antonio", "araceli", "armando", "arturo", "aurora", "beatriz", "belen", "benito", "benjamin", "bernardo", "bertha", "betty", "blanca", "brenda", "brian", "brigida", "bruno", "bryan", "camila", "carla", "carlos", "carmela", "carmen", "carolina", "catalina", "cecilia", "celia", "cesar", "christian", "clara", "claudia", "concepcion", "consuelo", "cristian", "cristina", "cynthia", "daisy", "daniel", "daniela", "dante", "david", "delia", "demetrio", "denis", "diana", "diego", "dina", "dolores", "domingo", "dora", "doris", "edgar", "edith", "edson", "eduardo", "edwin", "efrain", "elena", "eleodoro", "elias", "elisa", "elizabeth", "elmer", "elsa", "elva", "emilia", "emilio", "emma", "enrique", "erick", "erika", "ernesto", "esperanza", "esteban", "estela", "esther", "eugenia", "eugenio", "eva", "evelyn", "fabian", "fabiola", "fatima", "federico", "felicita", "felipe", "felix", "fernanda", "fernando", "fidel", "fiorella", "flor", "florencia", "francisca", "francisco", "franco", "frank", "fredy", "gabriel", "gabriela", "genaro", "george", "gerardo", "german", "giovanna", "gisela", "gladys", "gloria", "gonzalo", "graciela", "gregorio", "guadalupe", "guillermo", "gustavo", "hector", "henry", "herlinda", "hernan", "hilda", "hugo", "humberto", "ines", "irene", "iris", "irma", "isabel", "isaac", "ismael", "ivan", "jacinto", "jackeline", "jaime", "janet", "javier", "jean", "jenny", "jeremy", "jerson", "jessica", "jesus", "jhon", "jimena", "joaquin", "joel", "john", "johnny", "jonathan", "jorge", "jose", "josefina", "juan", "juana", "judith", "julia", "julian", "julio", "justina", "karen", "karina", "karla", "katherine", "kelly", "kevin", "laura", "leandro", "leonardo", "leonor", "leticia", "lidia", "lila", "liliana", "linda", "lisbeth", "liz", "lizbeth", "lorena", "lourdes", "lucas", "lucero", "lucia", "lucila", "lucy", "luis", "luisa", "luz", "madeleine", "magaly", "manuel", "manuela", "marcela", "marcelino", "marcelo", "marco", "marcos", "margarita", "maria", "mariana", "mariano", "maribel", "maricela", "marilu", "marina", "mario", "maritza", "marlene", "marta", "martha", "martin", "martina", "mary", "mateo", "matilde", "mauricio", "maximo", "maycol", "melissa", "mercedes", "michael", "miguel", "milagros", "milena", "mirian", "moises", "monica", "nancy", "natalia", "nathaly", "nelida", "nelly", "nelson", "nestor", "nicolas", "nicole", "nilda", "noemi", "nora", "norma", "octavio", "olga", "olinda", "oscar", "pablo", "paola", "pascual", "patricia", "paul", "paula", "pedro", "percy", "pilar", "rafael", "ramiro", "ramon", "raquel", "raul", "rebeca", "regina", "rene", "ricardo", "richard", "roberto", "robin", "rocio", "rodolfo", "rodrigo", "roger", "rolando", "roman", "romina", "rosa", "rosalia", "rosario", "roxana", "ruben", "ruth", "samuel", "sandra", "santos", "sara", "saul", "sebastian", "segundo", "sergio", "silvia", "simon", "sofia", "soledad", "sonia", "stefany", "susana", "tania", "tatiana", "teodora", "teofilo", "teresa", "tomas", "valentina", "valeria", "vanessa", "veronica", "vicente", "victor", "victoria", "vilma", "violeta", "virginia", "vladimir", "walter", "wendy", "wilfredo", "william", "wilmer", "wilson", "ximena", "yanet", "yeny", "yesenia", "yolanda", "yovana", "zoila", "anna", "james", "robert", "susan", "thomas"]
)
