namespace Pennon.Lance;

/// <summary>How text is cut into words.</summary>
public enum TextTokenizer
{
    /// <summary>Runs of letters and digits.</summary>
    Simple,

    /// <summary>Whatever stands between ASCII white space.</summary>
    Whitespace,

    /// <summary>The whole text is one word.</summary>
    Raw,

    /// <summary>All stretches of a few characters, spaces included.</summary>
    NGram,
}
