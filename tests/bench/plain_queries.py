"""What the straightforward way asks in SPARQL, every query linear in the claims; see `plain.py`."""

# What follows by rule, for all at once: each starts at a type or a property and walks on.
DERIVED = (
    "CONSTRUCT { ?said a prov:Entity } WHERE { VALUES ?kind { av:Claim av:Relay } ?said a ?kind }",
    # Not as one more pattern: rdflib would go through all events for each claim.
    """CONSTRUCT { ?claim av:concerns ?event } WHERE {
        ?claim a av:Claim ; av:content ?p . ?p av:about/av:within* ?event FILTER EXISTS { ?event a av:Event } }""",
    "CONSTRUCT { ?claim av:party ?party } WHERE { ?claim a av:Claim ; prov:wasAttributedTo/av:member* ?party }",
    """CONSTRUCT { ?claim av:knownThrough ?voice } WHERE {
        ?relay a av:Relay ; prov:wasAttributedTo ?voice ; av:relays+ ?claim FILTER EXISTS { ?claim a av:Claim } }""",
    "CONSTRUCT { ?relay prov:wasDerivedFrom ?said } WHERE { ?relay av:relays ?said }",
    "CONSTRUCT { ?passage prov:wasDerivedFrom ?said } WHERE { ?said av:passage ?passage }",
    "CONSTRUCT { ?passage prov:wasDerivedFrom ?capture } WHERE { ?passage av:capture ?capture }",
    "CONSTRUCT { ?claim prov:wasRevisionOf ?old } WHERE { ?claim av:revises ?old }",
    "CONSTRUCT { ?thing rdfs:label ?name } WHERE { ?thing av:name ?name }",
    "CONSTRUCT { ?document rdfs:label ?title } WHERE { ?document a av:Document ; dct:title ?title }",
)
# Everything that is said, with what it is compared, dated and traced by; what has several values is asked apart.
SAYINGS = """SELECT ?said ?event ?voice ?relays ?stance ?proposition ?question ?earliest ?latest ?low ?high WHERE {
    VALUES ?kind { av:Claim av:Relay } ?said a ?kind ; prov:wasAttributedTo ?voice ; av:relays*/av:concerns ?event .
    OPTIONAL { ?said av:relays ?relays } OPTIONAL { ?said av:earliest ?earliest } OPTIONAL { ?said av:latest ?latest }
    OPTIONAL { VALUES ?stance { av:asserts av:denies av:cannotConfirm av:asks } ?said ?stance ?proposition .
               ?proposition av:question ?question
               OPTIONAL { ?proposition av:atLeast ?low } OPTIONAL { ?proposition av:atMost ?high } } }"""
ENDED = "SELECT ?old WHERE { ?said av:revises|av:withdraws ?old }"

# One file a table; what has several values has a table of its own.
TABLES = {
    "claims": """SELECT ?iri ?kind ?stance ?proposition ?proposition_kind ?question ?voice ?speaker ?occasion ?document
            ?wording ?worded_as ?said ?earliest ?latest ?relays ?renders ?ingestion ?recorded WHERE {
        VALUES ?kind { av:Claim av:Relay } ?iri a ?kind ; prov:wasAttributedTo ?voice ; prov:wasGeneratedBy ?occasion .
        ?recording av:records ?iri ; av:ingestion ?ingestion . ?ingestion prov:endedAtTime ?recorded .
        OPTIONAL { VALUES ?stance { av:asserts av:denies av:cannotConfirm av:asks } ?iri ?stance ?proposition .
                   ?proposition av:question ?question ; a ?proposition_kind }
        OPTIONAL { ?occasion av:inDocument ?document } OPTIONAL { ?iri av:speaker ?speaker }
        OPTIONAL { ?iri av:wording ?wording } OPTIONAL { ?iri av:wordedAs ?worded_as } OPTIONAL { ?iri av:said ?said }
        OPTIONAL { ?iri av:earliest ?earliest } OPTIONAL { ?iri av:latest ?latest }
        OPTIONAL { ?iri av:relays ?relays } OPTIONAL { ?iri av:renders ?renders } }""",
    "concerns": """SELECT ?claim ?event WHERE {
        VALUES ?kind { av:Claim av:Relay } ?claim a ?kind ; av:relays*/av:concerns ?event }""",
    "counts": """SELECT * WHERE { ?proposition a av:Count ; av:question ?question ; av:about ?about ;
        av:measure ?measure ; av:population ?population ; av:basis ?basis ; av:actor ?actor ; av:period ?period
        OPTIONAL { ?proposition av:over ?over } OPTIONAL { ?proposition av:atLeast ?at_least }
        OPTIONAL { ?proposition av:atMost ?at_most } OPTIONAL { ?proposition av:approximately ?approximately } }""",
    "positions": """SELECT * WHERE { ?proposition a av:Assessment ; av:question ?question ; av:about ?about ;
        av:scheme ?scheme ; av:standard ?standard
        OPTIONAL { ?proposition av:status ?status } OPTIONAL { ?proposition av:methodology ?methodology } }""",
    "propositions": """SELECT ?iri ?question ?about WHERE {
        ?iri av:question ?question OPTIONAL { ?iri av:about ?about } }""",
    "slots": "SELECT ?iri ?slot ?value WHERE { ?iri av:question ?question ; ?slot ?value }",
    "recordings": """SELECT * WHERE { ?iri a av:Recording ; av:records ?records ; av:ingestion ?ingestion ;
        av:file ?file ; av:fragment ?fragment ; av:access ?access }""",
    "events": """SELECT * WHERE { ?iri a av:Event ; rdfs:label ?label
        OPTIONAL { ?iri dct:identifier ?identifier } OPTIONAL { ?iri av:constructOf ?recorder } }""",
    "agents": """SELECT * WHERE {
        ?iri a av:Agent OPTIONAL { ?iri rdfs:label ?label } OPTIONAL { ?iri av:owner ?owner } }""",
    "members": "SELECT * WHERE { ?iri av:member ?member }",
    "documents": """SELECT * WHERE { ?iri a av:Document OPTIONAL { ?iri dct:title ?title }
        OPTIONAL { ?iri dct:publisher ?publisher } OPTIONAL { ?iri dct:issued ?published } }""",
    "occasions": """SELECT * WHERE { ?iri a av:Occasion OPTIONAL { ?iri av:inDocument ?document }
        OPTIONAL { ?iri prov:wasAssociatedWith ?speaker } OPTIONAL { ?iri av:said ?said } }""",
    "files": "SELECT * WHERE { ?iri a av:File ; dct:title ?name ; av:sha256 ?sha256 ; av:length ?length }",
    "ingestions": "SELECT * WHERE { ?iri a av:Ingestion ; av:recordedBy ?recorder ; prov:endedAtTime ?recorded }",
    "grounds": "SELECT * WHERE { ?claim av:groundedBy ?grounds }",
    "consulted": "SELECT * WHERE { ?claim av:consulted ?consulted }",
    "passages": "SELECT * WHERE { ?claim av:passage ?passage }",
    "revised": "SELECT * WHERE { ?claim av:revises|av:withdraws ?old }",
}

# What a record tells of its events.
SUMMARIES = """PREFIX av: <https://w3id.org/averment/ns#>
    SELECT ?event ?kind ?property ?value WHERE {
        VALUES ?kind { av:OriginSummary av:PositionSummary }
        ?summary a ?kind ; av:concerns ?event ; ?property ?value }"""
