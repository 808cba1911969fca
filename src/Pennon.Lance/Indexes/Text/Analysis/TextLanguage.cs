namespace Pennon.Lance;

/// <summary>The languages whose words can be reduced to stems and freed of stop words.</summary>
public enum TextLanguage
{
    /// <summary>Arabic.</summary>
    Arabic,

    /// <summary>Danish.</summary>
    Danish,

    /// <summary>Dutch.</summary>
    Dutch,

    /// <summary>English.</summary>
    English,

    /// <summary>Finnish.</summary>
    Finnish,

    /// <summary>French.</summary>
    French,

    /// <summary>German.</summary>
    German,

    /// <summary>Greek.</summary>
    Greek,

    /// <summary>Hungarian.</summary>
    Hungarian,

    /// <summary>Italian.</summary>
    Italian,

    /// <summary>Norwegian.</summary>
    Norwegian,

    /// <summary>Portuguese.</summary>
    Portuguese,

    /// <summary>Romanian.</summary>
    Romanian,

    /// <summary>Russian.</summary>
    Russian,

    /// <summary>Spanish.</summary>
    Spanish,

    /// <summary>Swedish.</summary>
    Swedish,

    /// <summary>Tamil.</summary>
    Tamil,

    /// <summary>Turkish.</summary>
    Turkish,
}
