// SPDX-License-Identifier: Apache-2.0
// What a page looks like, measured: returns a list of faults, each in words. Contrast and sizes are
// those of WCAG 2.2 AA (1.4.3, 1.4.11, 2.5.8); a page may scroll down, never sideways (1.4.10).
const faults = [];
const wide = window.innerWidth;
const say = (e, what) => faults.push(
    what + ': ' + e.tagName.toLowerCase() + (e.id ? '#' + e.id : '') +
    (e.className && e.className.baseVal === undefined ? '.' + e.className : '') + ' "' +
    (e.textContent || e.value || '').trim().slice(0, 40) + '"');

function visible(e) {
    const box = e.getBoundingClientRect();
    return e.checkVisibility({checkOpacity: true, checkVisibilityCSS: true}) && box.width > 1 &&
        box.height > 1 && box.right > 0 && box.bottom > 0;
}

function colour(text) {
    const n = text.match(/[\d.]+/g).map(Number);
    return {rgb: n.slice(0, 3), a: n.length > 3 ? n[3] : 1};
}

const over = (top, below) => top.rgb.map((c, i) => c * top.a + below[i] * (1 - top.a));

function ground(e) {
    const layers = [];
    for (; e; e = e.parentElement)
        layers.push(colour(getComputedStyle(e).backgroundColor));
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255]);
}

function light(rgb) {
    const [r, g, b] = rgb.map(c => c / 255).map(
        c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one, other) {
    const [a, b] = [light(one), light(other)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
}

if (document.documentElement.scrollWidth > wide)
    faults.push('scrolls sideways: ' + document.documentElement.scrollWidth + ' > ' + wide);

for (const e of document.querySelectorAll('body *')) {
    if (!visible(e) || e.closest('svg'))
        continue;
    const box = e.getBoundingClientRect(), style = getComputedStyle(e);
    if (box.right > wide + 1 || box.left < -1)
        say(e, 'sticks out to ' + Math.round(box.left) + '..' + Math.round(box.right));
    const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (own) {
        const under = ground(e), size = parseFloat(style.fontSize);
        const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
        const ratio = contrast(over(colour(style.color), under), under);
        if (ratio < (large ? 3 : 4.5))
            say(e, 'text contrast ' + ratio.toFixed(2));
        if (size < 13)
            say(e, 'letters of ' + size + ' px');
        if (e.scrollWidth > e.clientWidth + 1 && style.display !== 'inline' &&
            style.overflowX !== 'visible')
            say(e, 'words cut off');
    }
    const control = e.matches('input:not([type=hidden]), select, textarea, button, summary, a.button');
    if (control) {
        const target = e.matches('[type=radio], [type=checkbox]') ? e.closest('label') || e : e;
        const area = target.getBoundingClientRect();
        if (area.height < 40 || area.width < 40)
            say(e, 'target of ' + Math.round(area.width) + ' x ' + Math.round(area.height));
    }
    if (e.matches('input[type=text], select, textarea, input[type=date]')) {
        const ratio = contrast(colour(style.borderTopColor).rgb, ground(e.parentElement));
        if (ratio < 3)
            say(e, 'border contrast ' + ratio.toFixed(2));
    }
}
return faults;
